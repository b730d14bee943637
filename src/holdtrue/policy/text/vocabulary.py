"""The words that the lint knows how to spell: what policies of this field are made of, and what only looks like a slip."""

from typing import Final

NAMES: Final = """
Google Analytics Facebook Instagram LinkedIn YouTube Microsoft Cloudflare DoubleClick HubSpot Pinterest Twitter
WordPress Matomo Hotjar LogRocket Intercom Zendesk Optimizely Mailchimp Salesforce Cookiebot OneTrust TikTok WhatsApp
Snapchat Shopify Mixpanel Clarity Taboola Criteo Outbrain Quantcast Commission Luxembourg Ireland Belgium Germany
Netherlands
"""
"""Services and countries that policies name."""
FIELD: Final[dict[str, str]] = {
    "en": """
cookie cookies browser browsers website websites consent consents category categories necessary strictly preference
preferences analytics analytical statistics statistical marketing advertising advertisement advertisements retention
purpose purposes provider providers personal privacy policy protection regulation directive processing processed
controller processor legitimate interest interests withdraw withdrawal withdrawn authority supervisory complaint erasure
rectification restriction portability objection access visitor visitors anonymous pseudonymous persistent session
sessions storage tracking targeting identifier identifiers information technologies technology recipient recipients
transfer transferred adequacy settings banner device computer third-party functional performance security services
section following website's addresses address contact collect collected collection measures behaviour behavior
permission functionality
""",
    "nl": """
cookie cookies cookiebeleid cookieverklaring cookie-instellingen toestemming noodzakelijk noodzakelijke strikt
functionele analytische statistieken voorkeuren marketing advertenties advertentie bewaartermijn doeleinden aanbieder
persoonsgegevens gegevens gegevensbescherming gegevensbeschermingsautoriteit verwerking verwerkingsverantwoordelijke
verordening richtlijn rechtmatig gerechtvaardigd belang intrekken intrekking klacht toezichthoudende autoriteit inzage
rectificatie wissing gegevenswissing beperking bezwaar overdraagbaarheid bezoeker bezoekers anonieme instellingen
privacyverklaring privacybeleid weigeren aanvaarden categorie technologieën doorgifte passende browser website bestandje
bestanden informatie algemene bescherming sessie computer apparaat wijzigen wijziging derden
""",
    "fr": """
cookie cookies consentement nécessaire nécessaires strictement fonctionnels fonctionnalité statistiques analytiques
préférences publicité publicitaires publicitaire marketing conservation durée finalité finalités fournisseur
personnelles personnel données protection règlement directive traitement traitements responsable légitime intérêt
retirer retrait réclamation autorité contrôle accès rectification effacement limitation opposition portabilité visiteur
visiteurs anonymes navigateur paramètres confidentialité politique catégorie technologies transfert adéquation refuser
accepter session informations général utilisateur utilisateurs navigation témoins site internet terminal
""",
    "de": """
cookie cookies einwilligung zustimmung erforderlich erforderliche notwendig notwendige unbedingt präferenzen statistik
werbung marketing speicherdauer zweck zwecke anbieter personenbezogene personenbezogener datenschutz
datenschutzerklärung datenschutz-grundverordnung grundverordnung verordnung richtlinie verarbeitung verantwortlicher
verantwortliche berechtigtes interesse widerruf widerrufen beschwerde aufsichtsbehörde auskunft berichtigung löschung
einschränkung widerspruch datenübertragbarkeit besucher anonyme einstellungen ablehnen akzeptieren kategorie kategorien
browser website technologien übermittlung angemessenheitsbeschluss rechtsgrundlage datenschutzbeauftragter sitzung
sitzungscookie speicherung informationen webseite nutzung dienste
""",
}
"""Words of six letters or more in which a slip makes no other word; shorter ones are passed over."""
REAL: Final = """
aanaarden aanbidder aanvaardden ablehnten accepteer addressees adress adresses akzeptierten algemeen anbeter anlehnen
anonymus antonyme antonymes antonymous apparat bander banger banier banjer banker banter behang beistanden belong
bemerking benner berechtigung berichtigtes berüchtigtes besichtigung bestonden bestünden besuchter bevang bewaar
bewerking bezichtigung bezwaartermijn bonner brosser brossers browner categorise categorises categorizes charity
commuter complant compliant compoter compter compéter concent content contentement contents contract controleer convent
convents coolie coolies cootie cooties corsent cossent cousent deaden dedden deerden delden denice derben derfden derven
devoice diente diepste directieve direktive donnes donnies dorden effarement fallowing finalisés fourbisseur functioneel
funktional goggle googel googele hutspot iceland ierland infirmation infirmations informatisons inlage intrest introkken
irland klucht kracht licitation luxemburg markering masures mensures mesures ontrust parcmètres pausende persistant
personeel personelles pissende plassende potability prassende precessed precessing primacy professed professing
professor projection protektion prozessor pussende recopient refuter regelation rentrait responsabel responsabele
responsible restriktion retirait retireer reuser revirer rezipient sassions satzung sektion servies serviles settlings
setzung sittings statistiken stowage streikt strekt strickt strijkt stuikt suction sussions tacking technologen
terminaal titter tracing traktement tricking trucking twister twittre verweking verwekking verwelking verwering
verwerping verwerving voordeuren wassing wegeren weigerden weigerten weiseren weiteren wertung widersprach widersprich
wijzigden winzigen wirsing wishing wising witzigen zwacke zwicke
"""
"""Words of the four languages that are one letter away from one of the field, by dictionaries of all four."""
