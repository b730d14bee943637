"""The words of consent banners in the Germanic languages, written as `wording.plain` leaves a text."""

from holdtrue.website.scan.engine.words import Words

GERMANIC: dict[str, Words] = {
    "en": Words(
        accept=(
            "recommended settings|with ads|with adverts|with advertising|with recommended|accept*|agree*|allow*"
            "|consent to|i consent|enable|approve|got it|understand|understood|opt in|turn on|turn all on"
            "|turn everything on|switch on|switch all on|switch everything on"
        ),
        refuse=(
            "don t track*|do not track*|withhold*|reject*|refus*|declin*|deny|disagree*|opt out|block*|disallow*|disable"
            "|turn off|turn all off|turn everything off|switch off|switch all off|switch everything off|object to"
            "|dismiss all|keep * off|leave * off"
        ),
        negation="not|don t|without|no|never|non|nothing|none|neither",
        only="only|just",
        necessary=(
            "needed|mandatory|technical|vital|necessary|essential*|required|functional only|strictly|essentials|basic"
            "|basics|minimum|minimal"
        ),
        settings=(
            "choose which|select which|settings|preferences|manage*|customi*|options|configure|more choices|let me choose"
            "|personali*|adjust|change|update|review|edit|revisit|privacy choices|cookie choices|do not sell|do not share"
            "|show purposes|choose|fine tune|control"
        ),
        save=(
            "use selected|save*|confirm*|apply|submit|store my|store preferences|store settings|update preferences"
            "|update settings|update choices"
        ),
        selected="select*|choices|choice|chosen",
        withdraw=(
            "remove cookies|remove all cookies|delete cookies|delete all cookies|clear cookies|delete * choice"
            "|reset * consent|reset * choice|erase * consent|withdraw*|revoke*|take back|cancel * consent"
            "|undo * consent|delete * consent|remove * consent"
        ),
        everything="all|everything",
    ),
    "nl": Words(
        accept=(
            "met advertenties|met reclame|accepte*|aanvaard*|toestaan|sta toe|sta alle*|akkoord|toestemmen|toestem"
            "|geef * toestemming|toestemming geven|mijn toestemming|goedkeur*|begrepen|ga akkoord|instemm*|toelaten"
            "|laat * toe|inschakel*|schakel * in|aanzetten|zet * aan|stem in|stem ermee in"
        ),
        refuse=(
            "oneens|weiger*|afwijz*|wijs af|afkeur*|verwerp*|blokke*|uitschakel*|uitzetten|zet * uit|schakel * uit"
            "|alles uit|wijs * af|bezwaar"
        ),
        negation="niet|geen|zonder|nee|niets|geen enkele",
        only="alleen|enkel|uitsluitend|slechts",
        necessary=(
            "verplicht*|technische|technisch|noodzakelijk*|essentiele|essentieel|vereist*|functionele|strikt*|hoognodige*"
            "|nodig|nodige|basis|basiscookies|minimale|minimum"
        ),
        settings=(
            "instelling*|voorkeur*|beheer*|aanpass*|zelf instellen|instellen|opties|keuzes maken|wijzig*|verander*"
            "|herzien|cookievoorkeur*|cookieinstelling*|privacyinstelling*|privacyvoorkeur*|cookiekeuze*|beheren|kiezen"
            "|selectie maken|keuze instellen"
        ),
        save="sla * op|opslaan|bewaar|bewaren|bevestig*|sla op",
        selected="selectie|geselecteerde|keuze|keuzes|gekozen",
        withdraw=(
            "cookies verwijderen|verwijder * cookies|cookies wissen|wis * cookies|wis * keuze|wis * cookiekeuze"
            "|wis * toestemming|verwijder * toestemming|verwijder * keuze|intrekken"
            "|trek * in|herroep*"
        ),
        everything="alle|alles|allemaal",
    ),
    "de": Words(
        accept=(
            "mit werbung|akzeptier*|annehm*|zustimmen|zustimme|zustimmung erteilen|einwilligung erteilen|ohne zustimmung"
            "|ohne einwilligung|meine zustimmung|mit zustimmung|stimme*|einverstanden|erlaub*|zulass*|einwilligen|willige"
            "|verstanden|alle zulassen|aktiviere|aktivieren|alle bestatigen|alle auswahlen und bestatigen"
            "|alles bestatigen|einschalten"
        ),
        refuse=(
            "ablehn*|lehne*|verweiger*|untersag*|verbiet*|deaktivier*|blockier*|widersprech*|ausschalt*|abschalt*"
            "|zuruckweis*|abwahl*|abwehl*"
        ),
        negation="nicht|ohne|keine*|nein|nichts|kein|keiner|keinen",
        only="nur|ausschliesslich|lediglich",
        necessary=(
            "wesentlich*|obligatorisch*|notwendig*|erforderlich*|essenziell*|essentiell*|technisch*|unbedingt|notig*"
            "|pflicht*|basis*|minimum|minimal*|grundlegend*"
        ),
        settings=(
            "einstellung*|praferenz*|verwalt*|anpass*|optionen|konfigur*|individuell*|auswahlen|andern|anderung*"
            "|bearbeit*|datenschutzeinstellung*|cookieeinstellung*|privatspharee*|datenschutz manager"
            "|einwilligungseinstellung*|entscheiden|zwecke"
        ),
        save="speicher*|bestatig*|ubernehm*",
        selected="auswahl|ausgewahlt*|gewahlt*",
        withdraw=(
            "cookies loschen|alle cookies loschen|einwilligung loschen|zustimmung loschen|auswahl loschen|widerruf*"
            "|zuruckzieh*|zurucknehm*"
        ),
        everything="alle|alles|allen",
    ),
    "da": Words(
        accept=(
            "med reklamer|med annoncer|accepter*|tillad*|godkend*|samtykker|giv samtykke|samtyk|forstaet|enig|sla * til"
            "|aktiver alle|aktiver"
        ),
        refuse="afvis*|afsla*|nagt*|naegt*|bloker*|sla * fra|fravaelg*|afsta*|undga*|deaktiver*",
        negation="ikke|uden|ingen|nej|intet|ikke noget|aldrig",
        only="kun|udelukkende",
        necessary="vaesentlig*|obligatorisk*|nodvendig*|pakraevet|essentiel*|strengt|teknisk*|basale|grundlaeggende|minimum",
        settings=(
            "cookiepraeferenc*|indstilling*|praeferenc*|tilpas*|administrer*|valgmuligheder|aendr*|rediger"
            "|cookieindstilling*|vaelg|formal"
        ),
        save="gem|bekraeft*|anvend",
        selected="valg|valgte|udvalgte",
        withdraw=(
            "slet cookies|slet alle cookies|traek * tilbage|tilbagetraek*|tilbagekald*|annuller * samtykke"
            "|annuller samtykke|slet * samtykke"
        ),
        everything="alle|alt",
    ),
    "sv": Words(
        accept=(
            "med annonser|med reklam|accepter*|godkann*|tillat*|samtycker|ge samtycke|samtyck|jag forstar|godta|aktivera|sla pa"
        ),
        refuse="avvis*|avboj*|neka*|avsla*|blockera*|stang av|inaktivera*|avsta*|valj bort|motsatt*",
        negation="inte|utan|inga|nej|ej|inget|ingenting|aldrig",
        only="endast|bara|enbart",
        necessary="vasentlig*|nodvandig*|kravda|obligatoriska|strikt|grundlaggande|tekniska|nodvandigaste|minimi*|minsta",
        settings=(
            "installning*|preferenser|anpassa*|hantera*|alternativ|andra|andring*|redigera|kakinstallning*"
            "|cookieinstallning*|valj|egna val|mina val|fler val|andamal"
        ),
        save="spara*|bekrafta*",
        selected="val|valda|urval",
        withdraw=(
            "radera cookies|radera kakor|ta bort cookies|ta bort kakor|radera * samtycke|aterkalla*|dra tillbaka"
            "|ta tillbaka|dra * tillbaka|upphav samtycke"
        ),
        everything="alla|allt",
    ),
    "no": Words(
        accept=(
            "med annonser|med reklame|godta*|aksepter*|tillat*|samtykker|gi samtykke|samtykk|godkjenn*|jeg forstar|enig"
            "|sla pa|aktiver"
        ),
        refuse="uten a godta|avvis*|avsla*|nekt*|blokker*|sla av|reserver*|velg bort|deaktiver*|motsett*",
        negation="ikke|uten|ingen|nei|ingenting|intet|aldri",
        only="kun|bare",
        necessary="nodvendig*|pakrevde|strengt|tekniske|grunnleggende|minimum",
        settings=(
            "innstilling*|cookieinnstilling*|personverninnstilling*|preferanser|tilpass*|administrer*|alternativer|endre*"
            "|endring*|rediger|velg|flere valg|formal|informasjonskapselinnstilling*"
        ),
        save="lagre|bekreft*",
        selected="utvalg|valg|valgte|utvalgte",
        withdraw="slett cookies|slett informasjonskapsler|slett * samtykke|trekk * tilbake|tilbakekall*",
        everything="alle|alt",
    ),
}
