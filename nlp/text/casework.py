"""Words of casework, platforms and hurried spelling that no Danish word list knows.

Written by ``scripts/casework_words.py`` from the texts written for training, where each stands in
two or more places and never inside personal data; none is on a list of names.
"""

CASEWORK: frozenset[str] = frozenset(
    (
        "abilify add adhd afghanistan afs akt-lærer akt-læreren akt-vejleder ald aldri alzheimer "
        "alzheimers amharisk ang angelmans ano app'en asdfgh atp att australien aut bbr berlingo "
        "blir bonner bosnien bpa-ordning bpa-timer btw canada cand chatgpt christiansborg "
        "co-teacher congo copy copy-paste copypaste covid cpr cpr-nummer cpr-numre "
        "cpr-registrering crohns customer cv-samtale cvr d'r dari daw dear div dobry docx downs "
        "duchenne dukh dvs dzień dæn dæt døjt e-boks ehlers-danlos ejendomsskattelån el-hockey "
        "el-kørestol el-scooter elscooter eritrea erne ett evt excel faaet facebook fam famile "
        "fek fhv flextrafikken fn's forældreevneundersøgelse fre frk fwd fåt fæk færdi føst gåd "
        "haa haha hahaha help hend hey hiel hon hurtit hvorfo hwa hâr hæne ich idag iflg igår iii "
        "ikk ikkje instagram ipad irak iran it-rygsæk it-rygsækken itt jai jei jer "
        "jobafklaringsforløb jow jur jæj klage-sted klave klaw kol komer komm kommun komunen "
        "kristi kunn kurdistan kvm kønummer lanka lewy libanon lit literally lol make mape matr "
        "menières mer metformin minecraft mitid mobilepay moin morn mr-scanning mr-scanningen "
        "mr-skanning mrs mummy mvh måte mæj møj nah nej'et nemid ner ngl noj nope nåed nån nååå "
        "ocd ons orblin parkinson pashto pavarotti pdf pdf'er pga pinex pkt plas playstation "
        "plejefam post-it ppr's ppr-psykolog ppr-psykologen ppr-rapporten ppr-vurdering "
        "ppr-vurderingen pps ppv ppv'en psych ptsd pæd pædagogisk-psykologisk qr-kode qujanaq "
        "ramp rapoten ref reg rehabteam rehabteamet ressourceforløbsydelse retts revisitationen "
        "ringed ringt ritalin rolator rumænien sae sagd sagsbeh sakt salaam sambusa scam schreibe "
        "sel sente sertralin sfo'en sfo-leder sie sjøl ska skizotypi skoda skriwe skræwen sms "
        "sms'en sms'er sms'erne somalia somme sorry sosu-assistent spanien spm spuvte spør sri "
        "ssp stk stu'en støtte-kontaktperson støtte-kontaktpersonen subject sudan sundhedspl "
        "sverige sygepl sykt sykte syrien såe sån sæj sæjer søcht tar tat telefonkø ticket tidl "
        "tigrinya tirs tirsd tlf toiletforhøjeren tourette tourettes translate tyrkiet udk "
        "ukraine undersøjt ungarn usb uu-vejleder vedr vem vented viceskoleleder viso voicemail "
        "vum vum'en war where why wir wtf xxxx yaris øwer "
    ).split()
)
