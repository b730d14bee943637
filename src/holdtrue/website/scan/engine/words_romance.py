"""The words of consent banners in the Romance languages and Maltese, written as `wording.plain` leaves a text."""

from holdtrue.website.scan.engine.words import Words

ROMANCE: dict[str, Words] = {
    "fr": Words(
        accept=(
            "avec publicite|avec publicites|avec de la publicite|accept*|autoris*|consentir|consens|consentez"
            "|donner mon consentement|d accord|j ai compris|approuv*|tout activer|activer|active tout|donne mon accord"
            "|donner mon accord"
        ),
        refuse="desaccord|refus*|rejet*|declin*|interdire|interdis|bloqu*|desactiv*|oppos*",
        negation="sans|pas|ne|non|aucun*|rien|jamais",
        only="seulement|uniquement|que les|que des|rien que|le strict|juste",
        necessary=(
            "vitaux|techniques|necessaire*|essentiel*|indispensable*|requis|strictement|essentiels|minimum|obligatoires|base"
        ),
        settings=(
            "parametr*|preferences|gerer|gerez|gestion*|personnalis*|configur*|reglages|choisir|options|modifi*|changer"
            "|changez|revoir|choisis|finalites"
        ),
        save="enregistr*|sauvegard*|confirm*|valid*|appliqu*|terminer",
        selected="selection*|choix|choisis",
        withdraw=(
            "supprimer les cookies|effacer les cookies|supprimer mon consentement|effacer mon choix"
            "|effacer mon consentement|retir*|revoqu*"
            "|annuler mon consentement|annuler le consentement|reprendre mon consentement"
        ),
        everything="tout|tous|toutes",
    ),
    "es": Words(
        accept=(
            "con publicidad|acept*|permit*|consentir|consiento|dar mi consentimiento|de acuerdo|entendido|autoriz*"
            "|activar|activa todas|habilit*|doy mi consentimiento"
        ),
        refuse=(
            "desacuerdo|rechaz*|deneg*|declin*|bloque*|desactiv*|descart*|deshabilit*|oponer*|opongo|paso de cookies"
            "|paso de las cookies|paso de ellas"
        ),
        negation="no|sin|ningun*|nada|nunca",
        only="solo|solamente|unicamente",
        necessary="fundamental*|necesari*|esencial*|imprescindible*|estrictamente|tecnicas|minim*|basic*|obligatori*",
        settings=(
            "configur*|ajust*|preferencias|gestion*|personaliz*|opciones|cambi*|modific*|revisar|elegir|administrar|finalidades"
        ),
        save="guard*|confirm*|aplic*",
        selected="seleccion*|eleccion*",
        withdraw=(
            "borrar cookies|borrar las cookies|eliminar cookies|eliminar las cookies|borrar * consentimiento"
            "|eliminar * consentimiento|borrar mi eleccion|retir*|revoc*|anular * consentimiento"
            "|cancelar * consentimiento"
        ),
        everything="todo|todos|todas",
    ),
    "it": Words(
        accept=(
            "con pubblicita|accett*|consent*|acconsent*|autorizz*|ho capito|d accordo|permett*|abilit*|attiva|attivare"
            "|attivali|presto il consenso|do il consenso|dare il consenso"
        ),
        refuse="disaccord*|rifiut*|nego|nega|negare|declin*|blocca|bloccare|disattiv*|disabilit*|opponi*|oppongo",
        negation="non|senza|nessun*|niente|nulla|mai",
        only="solo|soltanto|unicamente",
        necessary=(
            "fondamental*|obbligatori|necessari*|essenzial*|tecnici|strettamente|minim*|base|obbligator*|quelli tecnici"
        ),
        settings=(
            "impostazion*|preferenze|gestisci|gestione|personalizz*|configur*|opzioni|cambia|modific*|rivedi|scegli"
            "|scegliere|finalita"
        ),
        save="salv*|conferm*|applica*",
        selected="selezion*|scelte|scelta",
        withdraw=(
            "elimina cookie|elimina i cookie|cancella i cookie|elimina * consenso|cancella * consenso"
            "|cancella * scelta|revoc*|ritir*|annulla * consenso|annullare * consenso"
        ),
        everything="tutto|tutti|tutte",
    ),
    "pt": Words(
        accept=(
            "com publicidade|aceit*|permit*|consentir|consinto|dar consentimento|concord*|entendi|autoriz*|ativar"
            "|ative todos|estou de acordo|compreendi|percebi|habilit*|dar o meu consentimento"
        ),
        refuse="discord*|rejeit*|recus*|negar|nego|declin*|bloque*|desativ*|dispens*|oponho*|desabilit*",
        negation="nao|sem|nenhum*|nada|nunca",
        only="apenas|so|somente|unicamente",
        necessary="fundamenta*|necessari*|essencia*|obrigatori*|estritamente|tecnicos|minim*|basic*",
        settings=(
            "definic*|configur*|preferencias|gerir|gerenciar|personaliz*|opcoes|ajust*|alterar|altere|alterac*|modific*"
            "|rever|escolher|finalidades"
        ),
        save="guard*|salvar|confirm*|gravar|aplicar",
        selected="seleca*|selecionad*|seleciona*|escolhas|escolha",
        withdraw=(
            "eliminar cookies|apagar cookies|remover cookies|apagar * consentimento|eliminar * consentimento"
            "|retir*|revog*|anular * consentimento|anular consentimento"
            "|cancelar * consentimento"
        ),
        everything="tudo|todos|todas",
    ),
    "ro": Words(
        accept=(
            "accept|accepta|acceptati|acceptare|acceptam|permite*|sunt de acord|de acord|am inteles|activeaza"
            "|imi dau acordul|imi dau consimtamantul|dau acordul"
        ),
        refuse="dezacord|refuz*|respinge*|resping|blocheaza|interzice|dezactiv*|ma opun|nu vreau|nu doresc",
        negation="nu|fara|nimic|niciun*",
        only="doar|numai",
        necessary="necesare|esentiale|strict|obligatorii|tehnice|minim*|de baza|esential*|necesar*|obligatoriu",
        settings=(
            "arata detalii|setari*|preferinte*|gestion*|personaliz*|configur*|optiuni|modific*|schimba*|alege|alegeti"
            "|sa aleg|administr*|particulariz*|scopuri"
        ),
        save="salv*|confirm*|aplica*",
        selected="selectat*|selectie|selectia|alegeri*",
        withdraw="sterge cookie*|retrag*|revoc*|imi retrag|anuleaza * acord*|anulare consimtamant",
        everything="toate|tot|tuturor",
    ),
    "mt": Words(
        accept="attiva|accetta*|naccetta*|aqbel|naqbel|ippermetti|hallih*|nifhem|naqbil*|nagti|naghti|nippermetti|taccetta*",
        refuse="tirrifjuta*|taccettax|iddizattiva|irrifjuta*|nirrifjuta*|ichad|tichad|imblokka|tippermettix|nichad|itfi",
        negation="ma|mhux|minghajr|xejn|l ebda",
        only="biss",
        necessary="mehtieg*|essenzjali*|strettament|necessarj*|bazici|minimu",
        settings="settings|preferenzi|issettjar|immaniggja*|personalizza|ghazliet|ibdel|bidla|ippersonalizza|aghzel|dettalji",
        save="issejvja*|ikkonferma*|salva|ahzen",
        selected="maghzul*|ghazla",
        withdraw="irtira|irrevoka",
        everything="kollox|kollha",
    ),
}
