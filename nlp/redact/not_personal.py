"""Words with a capital letter that name nobody: authorities, countries, platforms, diagnoses, laws."""

_DANISH = frozenset(
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

_MORE = frozenset(
    (
        "abilify ados albansk algeriet alprazolam amharisk amlodipin andorra angola apodorm "
        "argentina aripiprazol armenien aserbajdsjan ass atomoxetin australien baclofen "
        "bahrain bangladesh barbados belarus benin bestillingsnr bhutan bolivia bosnisk "
        "botswana bulgarsk bupropion burinex burkina burma burundi buscopan cambodja cameroun "
        "canada centyl chile cipralex cipramil circadin citalopram clozapin codein colombia "
        "congo cops cuba cymbalta cypern dari depakine diazepam djibouti dolol dpia dpics dpo "
        "dsm ecuador elvanse escitalopram esr estland evt farsi fentanyl fiji filippinsk fim "
        "fluoxetin fn fontex gabapentin gabon gad gambia gaza gdpr georgien ghana grækenland "
        "guatemala guinea guyana haiti haldol ham-d hindi honduras husnr hviderusland "
        "ibumetin icd ilo imigran imovane indonesien insta insta's insulin invega irland "
        "jamaica jemen kantonesisk kasakhstan kazakhstan kenya ketogan kirgisistan kontonr "
        "kto kundenr kurdistan kurmanji kuwait kørekortnr lamictal lamotrigin laos lergigan "
        "lesotho levodopa liberia libyen liechtenstein litarex lithium luxembourg lyrica "
        "løbenr madagaskar maintena makedonien malawi malaysia mali malta mandarin marevan "
        "matr mauretanien mauritius mdi medikinet medlemsnr melatonin metadon metformin "
        "methylphenidat mexico mill mirtazapin mmse moca moldova monaco mongolia mongoliet "
        "montenegro morfin motiron mozambique myanmar namibia nepal nicaragua niger nigeria "
        "nitrazepam nordkorea nordmakedonien ois olanzapin oman ordrenr oxapax oxazepam "
        "oxycodon oxycontin oxynorm ozempic pamol panama paracetamol paraguay pashto pasnr "
        "peru phq pinex portugal postnr prednisolon pregabalin puerto punjabi qatar quetiapin "
        "ramadol regnr risperdal risperidon rivotril rumænsk russisk rwanda sagsnr samoa "
        "saroten saudi sbi sdq senegal seroquel sertralin sidenr singapore sis skotland "
        "slovakiet slovenien sobril ssp stesolid storbritannien strattera suboxone sydafrika "
        "sydkorea sydsudan tagalog taiwan tamilsk tanzania tchad tegretol tel telefonnr thai "
        "tibet tigrinya tjekkiet tjetjenien tlfnr togo tramadol truxal tunesien turkmenistan "
        "tvill uganda ukrainsk urdu uruguay usbekistan uzbekistan valium varenr vatikanet "
        "venezuela venlafaxin vietnamesisk værelsesnr wales wegovy whodas wppsi xanor yemen "
        "zambia zimbabwe zoloft zolpidem zopiclon zyprexa sbsys acadre dubu sapa edoc esdh cura "
        "columna fasit momentum workzone getorganized captia schultz ksd sensum steam fw sv vs "
        "furix marevan invacare permobil etac guldmann oticon widex jej jæ borgmester cprnr brevid db "
    ).split()
)
"""Countries, languages, medicines, scales and systems."""

_FOREIGN = frozenset(
    (
        "aber about address after again all allah always and any appeal att auch auf aus av "
        "bad because been before bei best brief brother cannot case child children city could "
        "danke day days dear decision den der det didn die dobry doesn dziecko dzień dziękuję "
        "ein eine einen father first for frau from från för für good habe hallo har has hat "
        "hej hello help her here herr him his home hon house how husband ich inshallah inte "
        "isn ist jag jahre jest kein keine keyboard know last letter like med mein meine "
        "meiner merhaba mich mit monate money month months more mother mutter mycket nach "
        "need never new next ni nicht nie noch not number och oder okay old only our people "
        "phone please prosze proszę på really regards roommates salaam schon school schreibe "
        "sehr she should sie sind sister sohn som some sorry still straße tack tak thank "
        "thanks that the their there they think time tochter told und vater very vi vom von "
        "want war was week weeks wenn were what when where who why wife wir with wochen "
        "worker would wrong year years yes you your zum zur "
    ).split()
)
"""Words of other languages that stand in Danish texts and are nobody's name."""

NOT_PERSONAL: frozenset[str] = _DANISH | _MORE | _FOREIGN
