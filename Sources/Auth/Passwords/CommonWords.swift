/// The words that passwords are made of: names, teams, beasts, feelings, places, games, and what stands before one's
/// eyes. In lower case.
enum CommonWords {
    static let bytesMin = 3
    static let bytesMax = 25

    static let all = Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let text = """
        aaa aaron abc abcd abcde abcdef abigail abracadabra access account acdc ace adam admin administrator adobe
        africa ahmed airforce aisha ajax alan albert alejandro alexander alexandra alexis ali alice alien always
        amanda amazing amazon amber america american amor amore amy andrea andreas andrew android angel angela
        angels angelus ann anna anthony antonio anything apache apple april aragorn argentina arizona army arsenal
        arthur asdf asdfgh ashley asshole audi august austin australia autumn avengers awesome ayse azerty baby
        babyboy babygirl backup badger bailey baker banana bandit barbara barcelona baseball basketball bassist
        bastard batman batterystaple bayern beach bear bears beatles beautiful beijing bella benfica benjamin berlin
        besiktas bestfriend betty beverly beyonce bible bienvenido bienvenue bigdick biker billion billy birthday
        bitch bitcoin black blackjack blessed blessing blink blowjob blue blueberry bmw bobby bonjour boobs boss
        boston bowie boxing boyfriend brandon brasil brazil brenda brian brittany brother brown bruce bryan buckeyes
        buddy budweiser bulldog bulldogs bulls bullshit bunny burger business buster butcher butter butterfly bye
        california callofduty camaro camila camille canada canadian candy captain carl carlos carol carolina carolyn
        cash casino cat catherine celtic champion chance change changeme charizard charles charlie charlotte chat
        chatting cheese cheesecake chef chelsea cherry cheryl chevy chewbacca chicago chicken chief china chloe
        chocolate christ christian christina christine christmas christopher church ciao cisco class claudia clubs
        cobra cocacola coder coding coffee college colorado company computer confab contact contrasena cookie cool
        correcthorse correcthorsebatterystaple corvette counterstrike cowboy cowboys cowgirl crack cracker crazy
        cricket crypto crystal cutie cyber cynthia daddy daisy dallas dance dancer daniel daniela danielle darling
        database david debian deborah debra december deepak default delhi dell demo demon denise denmark dennis
        deutschland developer developers development devil devils diablo diamond diana diane dickhead director
        discord dmitri docker doctor dog doggy dollar dollars dolphin dolphins donald donna dontknow doris dorothy
        dortmund douglas dracula dragon dragonball driver drummer ducati dumbledore eagle eagles easter ebay eduardo
        edward eight elizabeth elvis email emerald emily eminem emma engineer england english enter eric espana
        ethan ethereum eugene evelyn everton everyone everything example excellent extreme facebook faith falcon
        family fantastic farmer father fatima february fenerbahce fernanda fernando ferrari finland fireman firewall
        fishing five florian florida flower flowers floyd football ford forest forever forget forgot fortnite
        fortune four france frances francisco francois frank frankenstein freedom friday friend friends friendship
        frodo fruhling fuck fuckme fuckoff fuckyou gabriel gabriela galatasaray gamer gaming gandalf ganesh garden
        gary gators geheim genius george gerald german germany ghost giants ginger girlfriend github gloria gmail
        gobears goblue godisgood godzilla goku gold golden golf golfer goodbye google goose gorgeous goteam grace
        grandma grandpa gray great green greenday gregory gryffindor guest guinness guitar hacked hacker hackme
        hallo halloween halo hannah happiness happy hardware harley harold harrypotter haslo hassan hawks hearts
        heather heaven heineken helen hell hello helpdesk hendrix henry herbst hermione hero heroes heslo hiphop
        hobbit hockey hocuspocus hogwarts hola holiday holy honda honey honeybunny hookem hope horny horse hotmail
        hotsex hottie houston howdy http hulk hundred hungary hunter hunting husband hussein ibrahim iceman idk
        idontknow ilove iloveu iloveyou india infinity ingod insane instagram inter internet iphone ireland irina
        irish ironmaiden ironman isabella island istanbul italia italy ivan jack jackpot jackson jacob jacqueline
        jaguar james janet janice january japan jasmine jason java javascript jean jedi jeffrey jenkins jennifer
        jeremy jerry jesse jessica jesus jesuschrist joan joe john johnny joker jonathan jordan jorge jose joseph
        joshua joyce juan judith judy julia julie julien july june jurgen justice justin juventus karate karen
        katherine kathleen kathryn kawasaki kayla keith kelly kenneth kevin killer kimberly king kingdom kitten
        kitty knights koala korea kotlin krishna kubernetes kungfu kyle ladybug lakers lakshmi larry lasvegas laura
        lauren lawrence lawyer legend legolas lemon lenovo letmein liberty lightning lily linda linkedin linkinpark
        linux lion lions lisa liverpool logan login logon london loser lotus louis love lovely loveme lover loveyou
        lozinka lucifer lucky luckyone luigi luis madison madonna madrid maggie magic magical mail mama manager
        manchester manuel march margaret maria mariana marie marilyn marine marines mario mark martha marvel mary
        master matrix matthew maverick maximum may mazda medic megadeth megan mehmet melissa mercedes merlin message
        messages messenger metallica mexico miami michael michelle microsoft midnight miguel milan million
        millionaire minecraft mobile mohammed molly mommy monday money monica monika monkey moonlight morning
        morpheus moscow motdepasse mother mountain muhammad mumbai music musica mustafa mustang mylove mypass
        mypassword mysecret mysql mystery naked nancy naruto natalie natasha nathan navy neo netflix network nevada
        newpassword newyear newyork nginx nicholas nicolas nicole night nikita nine ninja nintendo nirvana nissan
        noah nobody noidea nokia nopassword norway nothing november nude number numberone nurse nutella ocean
        october office okay oldpassword olga olivia omar one onepiece opensesame operator oracle orange orchid
        outlook packers pakistan pamela panda panther panthers papa paris parola parole pass passe passwd password
        passwort patricia patrick patriots paul paypal peace peaches peanut pearl pedro penis pepper pepsi perfect
        personal peter petra phantom philip phoenix phone piano pierre pikachu pilot pink pinkfloyd pirate pirates
        pizza platinum playboy player playstation please pokemon poker poland police polska pony popcorn porn
        porsche porto postgres potter power powerful precious predator president pretty prince princesa princess
        private priya production program programmer psycho public pumpkin puppy purple pussy python qazwsx qqq queen
        qwerty qwertz rabbit racer rachel racing rafael rahul raiders rainbow ralph randy ranger rangers raymond
        realmadrid rebecca rebels red redskins redsox remember ricardo rich richard rider rihanna river robert
        roberto robin roblox robot rocknroll rockstar rocky roger rolltide rome ronald root rose router roy ruby
        rugby running russell russia ruth ryan sabine sadie sailor saints salasana samantha sample samsung samuel
        samurai sandeep sandra sapphire sara sarah sasuke satan saturday sauron savior scarlet school scorpion
        scotland scott sean season sebastian secret senha september sergey server service sesame seven sexsex sexy
        shadow shakira shark sharon shazam shirley shit shithead shiva silver singer sister sith six skating skype
        skywalker slipknot slut slytherin smart smile smiley smokey snickers sniper snow snowboard snowflake snowman
        soccer software soldier somebody something sommer sonic sony sophia sophie sorry spades spain spartans
        spider spiderman spirit spotify spring sqlserver staging starcraft starlight stars startrek starwars
        steelers stefan stephanie stephen steven storm strawberry strong stronger student subaru sugar summer sunday
        sunflower sunrise sunset sunshine sup super superman support supreme suresh surfing susan suzuki svetlana
        sweden sweet sweetheart sweetie sweety swift swimming switch sydney system tatiana teacher teamo techno
        telegram telephone temp temporary tennis tequiero tequila teresa terminator terry test tester testing tetris
        texas thanks thankyou thepassword theresa thomas thorsten thousand three thunder thursday tiger tigers
        timothy titans tobias together tokyo tomcat topsecret tottenham toyota treasure trinity trojan trojans
        trucker truelove trustno trustnoone tuesday tulip tupac turbo turkey turtle twilight twitter two tyler
        ubuntu ukraine ultimate unicorn university unix user userid username vacation vader vagina valentina vampire
        vanessa vanilla vegas veronica victoria victory vikings vincent violet violin viper virginia virus vladimir
        vodka voldemort volleyball wachtwoord walter warcraft wareagle warrior wayne website wednesday weekend
        welcome welkom werewolf whatever whatsapp whiskey white whore wife wildcats william willie willkommen
        windows winner winter winterhold witch wizard wolf wolfgang wolverine wolves wonderful work worker wrestling
        www xbox xyz yahoo yamaha yankees yellow yes yesyes yoda yourpassword youtube zachary zelda zeppelin zero
        zombie zxcv zxcvbn
        """
}
