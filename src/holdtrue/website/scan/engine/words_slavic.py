"""The words of consent banners in the Slavic languages, written as `wording.plain` leaves a text."""

from holdtrue.website.scan.engine.words import Words

SLAVIC: dict[str, Words] = {
    "pl": Words(
        accept=(
            "z reklamami|zgodz*|akcept*|zaakcept*|zgadzam|zezw*|zgoda|wyrazam|przyjmuj*|rozumiem|zatwierdz wszystk*"
            "|potwierdzam wszystk*|potwierdz wszystk*|wlacz|pozwol|pozwalam|zezwal*"
        ),
        refuse=(
            "brak zgody|odmawi*|sprzeciw*|odrzu*|odmaw*|odmow*|odrzuc*|blokuj*|zablokuj|rezygnuj*|wylacz|nie pozwalaj"
            "|sprzeciwiam"
        ),
        negation="nie|bez|nic|zadn*|nigdy",
        only="tylko|wylacznie",
        necessary="istotn*|niezbedn*|konieczn*|wymagan*|techniczn*|podstawow*|minimaln*|obowiazkow*",
        settings=(
            "zarzadzani*|wiecej opcji|ustawien*|preferenc*|zarzadzaj*|dostosuj*|opcje|zmien*|zmian*|edytuj|skonfiguruj"
            "|wybierz|wybieram|wybrac|zaawansowan*|szczegol*|cele|konfigur*"
        ),
        save="zapisz*|potwierdz*|zatwierdz|zastosuj",
        selected="wybran*|wybor*|zaznaczon*",
        withdraw="usun pliki cookie|usun cookies|usun ciasteczka|usun * zgod*|wycofa*|cofnij*|odwolaj*|wycofuj*",
        everything="wszystk*",
    ),
    "cs": Words(
        accept=(
            "aktivovat|aktivuj*|s reklamami|prijm*|prijim*|souhlasim|souhlasit|udelit souhlas|dat souhlas|povol*|akcept*"
            "|rozumim|zapnout|schvalit|beru na vedomi|schvaluji"
        ),
        refuse=(
            "deaktivovat|deaktivuj*|odmit*|zamit*|nesouhlas*|zakaz*|neprijm*|nepovol*|vypnout|nechci|bez prijeti|neprijim*"
        ),
        negation="bez|ne",
        only="pouze|jen|jenom",
        necessary="nezbytn*|nutn*|technick*|povinn*|zakladni*|nejnutnejsi|minimaln*",
        settings=(
            "zobrazit detail*|nastaven*|nastavit|predvolb*|sprav*|prizpusob*|moznosti|podrobn*|zmen*|upravit"
            "|chci si vybrat|ucely"
        ),
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="smazat cookies|odstranit cookies|odvola*|zrusit souhlas|vzit * zpet|stahnout souhlas|vzit zpet",
        everything="vse|vsechny|vsechno",
    ),
    "sk": Words(
        accept=(
            "aktivovat|aktivuj*|s reklamami|prijat|prijim*|prijm*|suhlasim|suhlasit|udelit suhlas|povol*|akcept*|rozumiem"
            "|zapnut|schvalit|beriem na vedomie"
        ),
        refuse="deaktivovat|deaktivuj*|odmiet*|zamiet*|nesuhlas*|zakaz*|neprij*|nepovol*|vypnut|nechcem|bez prijatia",
        negation="bez|nie",
        only="iba|len",
        necessary="nevyhnutn*|nutn*|potrebne|technick*|povinn*|zakladn*|minimaln*|potrebn*",
        settings="nastaven*|nastavit|predvol*|sprav*|prisposob*|moznosti|zmen*|upravit|chcem si vybrat|ucely",
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="odstranit cookies|vymazat cookies|odvola*|zrusit suhlas|stiahnut suhlas|vziat * spat|vziat spat",
        everything="vsetk*",
    ),
    "sl": Words(
        accept="sprejm*|strinj*|dovoli*|soglas*|razumem|potrdi vse|omogoci|vklopi|dajem soglasje",
        refuse="brez sprejem*|brez sprejetja|zavrn*|zavrac*|odkloni*|blokiraj|onemogoci|izklopi|nocem|ne zelim|ugovarja*",
        negation="ne|brez|nic|noben*|nicesar",
        only="samo|le",
        necessary="bistven*|bistveni|nujn*|potrebn*|obvezn*|tehnicn*|osnovn*|minimaln*",
        settings="nastavit*|uredi|upravlj*|prilagod*|moznosti|spremen*|sprememb*|izberi|izbrati|nastavi|podrobnosti|nameni",
        save="shrani*|potrdi*",
        selected="izbran*|izbor*|izbir*",
        withdraw="preklic*|umakn*",
        everything="vse|vsi",
    ),
    "hr": Words(
        accept=(
            "prihva*|slazem|dopust*|dozvol*|pristaj*|suglas*|razumijem|omoguci|ukljuci|dajem privolu|dajem suglasnost"
            "|potvrdi sve"
        ),
        refuse="odbi*|odbac*|zabrani*|blokiraj*|onemoguci|iskljuci|ne zelim|prigovor*",
        negation="nemoj*|ne|bez|nista|nijed*|nikak*",
        only="samo|iskljucivo",
        necessary="bitn*|nuzn*|neophodn*|obavezn*|potrebn*|tehnick*|osnovn*|minimaln*",
        settings=(
            "postavk*|uredi|upravlja*|prilagod*|opcije|mogucnosti|promjen*|promijen*|odaberi|izaberi|podesi|detalj*|svrhe"
            "|opcija"
        ),
        save="pohrani*|spremi*|potvrd*",
        selected="odabran*|odabir*|izbor*",
        withdraw="povuc*|opoziv*|opozov*",
        everything="sve|svi",
    ),
    "bg": Words(
        accept=(
            "прием*|приемете|съглас*|разреш*|позвол*|разбрах|разбирам|активираи|активиране|включи|включване"
            "|давам съгласие|давам съгласието"
        ),
        refuse="несъглас*|отка*|отхвърл*|забран*|блокир*|деактивир*|изключ*|не желая|не искам|възразявам",
        negation="не|без|нищо|никак*",
        only="само|единствено",
        necessary="необходим*|задължител*|нужни|строго|основн*|технически|минимал*",
        settings=(
            "покажи детаил*|настроик*|предпочит*|управл*|персонализ*|опции|промян*|промен*|избери|настрои|възможности"
            "|подробности|цели"
        ),
        save="запаз*|запиш*|потвърд*|потвърждав*|запамет*|приложи",
        selected="избран*|избор*",
        withdraw="оттегл*|отмени съгласие*|отмяна на съгласие*",
        everything="всички|всичко",
    ),
}
