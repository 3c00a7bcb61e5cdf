"""Words with a capital letter that name nobody: authorities, countries, platforms, diagnoses, laws."""

NOT_PERSONAL: frozenset[str] = frozenset(
    "ankestyrelsen ankestyrelsens folketinget folketingets ombudsmand ombudsmanden ombudsmandens familieretshuset familieretshusets statsforvaltningen udbetaling "
    "skat skattestyrelsen gældsstyrelsen vurderingsstyrelsen socialtilsynet socialstyrelsen socialministeriet ministeriet styrelsen udlændingestyrelsen "
    "politiet politi landsretten højesteret byretten fogedretten datatilsynet patientklagenævnet styrelsen sundhedsstyrelsen sygesikringen landsskatteretten siri "
    "danmark danmarks sverige norge finland island tyskland polen syrien irak iran somalia tyrkiet jordan ukraine rusland grønland færøerne england usa eu europa kina "
    "vietnam afghanistan bosnien rumænien bulgarien ungarn litauen letland libanon palæstina eritrea etiopien marokko pakistan indien thailand filippinerne "
    "japan korea spanien italien frankrig holland belgien schweiz østrig brasilien kosovo albanien serbien kroatien afrika asien israel egypten sudan sri lanka "
    "eboks e-boks boks aula mitid nemid nemkonto google facebook messenger teams word excel outlook zoom skype instagram snapchat snap nexus kmd windows iphone "
    "digital post dansk danske dansker dansktalende engelsk arabisk tyrkisk polsk somalisk jysk tysk jul påske pinse ramadan eid corona covid "
    "adhd add ptsd bpa vum stu ppr ppv ptu asperger aspergers tourette tourettes down downs crohn crohns parkinson parkinsons alzheimer alzheimers "
    "diskusprolaps wisc wisc-v wais icdp marte meo theraplay golf panodil ritalin kle cpr cvr iban bbr ean "
    "kommune kommunen kommunes region jobcenter jobcenteret jobcentret gud jesus allah ok okay sms mail hej kære mvh vh kh tak ps elev klasse "
    "psykiatrien folkeskolen børnehuset ast sel fvl rsl retssikkerhedsloven forvaltningsloven serviceloven barnets lov "
    "subject emne afsl hav voksne skole skolen sfo ibux vejledning hjælpemiddelcentralen lejl curriculum vitæ mater arachnoidea engels tandplejen integrationsteamet familieafdelingen ydelsescenteret sagsbehandler sagsbehandleren rådgiver borger borgeren mor far søn datter barn barnet".split()
)
