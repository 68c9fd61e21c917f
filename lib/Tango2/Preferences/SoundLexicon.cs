namespace Tango2.Preferences;

/// <summary>Sources, actions and manners of captions, each with what may stand in its place.</summary>
internal static class SoundLexicon
{
    // Groups of nouns: any member may stand for any other of its group.
    private static readonly string[] NounGroups =
    [
        "man woman boy girl", "person child man woman", "mans womans", "man's woman's child's",
        "male female", "guy lady", "males females", "men women children", "boys girls men women", "people children men women",
        "guys ladies", "kid man woman", "kids adults", "baby toddler puppy", "infant toddler", "babies puppies", "announcer singer",
        "speaker singer", "speakers singers", "adults children",
        "car truck bus motorcycle tractor", "cars trucks buses motorcycles", "vehicle motorcycle train truck",
        "vehicles trains trucks motorcycles", "train tram bus truck", "truck train bus", "trucks trains buses", "bus train truck",
        "buses trains", "motorcycle car truck", "motorcycles cars trucks", "motorbike scooter", "moped car", "tractor bus", "trains trucks",
        "helicopter truck motorboat", "airplane helicopter train", "airplanes helicopters trains", "aircraft train truck", "plane train truck", "planes trains",
        "jet train", "jets trains", "boat truck train", "boats trucks", "ship train", "motorboat truck motorcycle", "speedboat motorcycle truck",
        "bicycle motorcycle", "van truck", "ambulance truck", "subway bus", "helicopters trucks", "locomotive truck", "racecar truck", "racecars trucks",
        "engine machine generator", "engines machines generators", "motor pump fan", "motors pumps fans", "machine engine pump", "machinery engines",
        "drill saw hammer", "drills saws", "saw drill hammer", "chainsaw drill", "hammer drill", "tool saw", "tools saws", "sander drill", "mower blender",
        "vacuum blender", "blender drill", "printer typewriter", "typewriter printer", "keyboard piano", "camera printer", "fan heater", "lawnmower blender",
        "clock metronome timer", "clocks metronomes timers", "bell whistle drum", "bells whistles drums", "siren bell whistle", "sirens bells whistles",
        "alarm bell whistle", "alarms bells whistles", "horn siren whistle", "horns sirens whistles", "whistle bell horn", "telephone doorbell radio",
        "phone radio doorbell", "phones radios", "doorbell telephone", "radio television", "television radio", "tv radio", "loudspeaker telephone",
        "intercom telephone radio", "microphone megaphone", "megaphone microphone", "device toy", "devices toys", "computer typewriter", "music static",
        "metal wood glass plastic", "wood metal glass", "plastic glass metal", "glass metal wood", "paper plastic leaves", "papers leaves", "wooden metal",
        "metallic wooden", "leaves papers", "door drawer window", "doors drawers windows", "window door", "drawer door", "cabinet door",
        "faucet shower hose", "sink toilet bathtub", "shower faucet", "pan pot kettle", "pans pots kettles", "pot pan", "pots pans", "dishes tools bottles",
        "silverware bottles", "bottle cup", "bottles cups", "cup bottle", "food coffee soup", "oil water", "gun firecracker cannon", "guns firecrackers cannons",
        "gunfire thunder fireworks", "gunshots explosions thunderclaps", "gunshot explosion thunderclap", "explosion gunshot thunderclap",
        "explosions gunshots thunderclaps", "fireworks gunshots", "firecrackers gunshots", "fire rain", "applause laughter cheering",
        "laughter applause crying", "crowd class choir", "audience choir crowd", "steam water air", "air steam water", "liquid mud oil", "water mud oil",
        "footsteps hoofbeats", "hooves boots", "ball hammer", "speech laughter singing", "speeches songs", "monologue song", "conversation argument song",
        "conversations arguments songs", "dialogue song", "narration song", "sneeze cough burp", "sneezes coughs burps",
        "burp cough sneeze", "burps coughs", "cough sneeze burp", "fart burp", "farts burps", "snore cough", "scream laugh whistle", "screams laughs whistles",
        "beep click buzz", "beeps clicks", "click beep thud", "clicks beeps thuds", "bang thud splash", "bangs thuds", "thud bang splash",
        "thump splash crash", "thumps clicks", "crash bang splash", "splash thud crash", "splashes thuds", "whoosh thud", "pop click", "pops clicks",
        "buzz hum", "hum buzz hiss", "hiss hum", "hisses hums", "rumble hiss hum", "roar rumble", "roars rumbles", "vibration hiss whistle", "vibrations beeps clicks", "static music",
        "rattle squeak", "squeal rumble", "squeals rumbles", "squeak rattle", "squeaks rattles", "screech rumble", "chime buzz", "chimes buzzers", "tick beep", "ticks beeps", "thunderstorm windstorm",
        "thunderclap gunshot", "rainfall wind thunder", "rainstorm thunderstorm", "storm fire", "waves gusts", "stream fire fountain", "river fire fountain", "ocean river", "waterfall campfire", "traffic machinery",
        "forest city", "street field", "road beach field", "roadway beach", "roads fields", "room field hall", "kitchen garage", "church station", "outdoors indoors", "outside indoors", "highway beach", "park street",
        "chicken duck goose", "owl crow", "tires brakes gears", "tire brake", "gears chains", "brakes wheels", "wheels gears", "propeller drill", "blades wheels", "saws drills", "chainsaws drills",
        "piano guitar", "guitar piano", "drum bell", "drums bells", "song speech", "instrument engine", "instruments engines", "keys coins", "coins keys", "switch bell", "button key", "buttons keys", "zipper drawer",
        "scissors keys", "gravel snow", "snow gravel", "rocks bottles", "rock bottle", "stone bottle", "stones bottles", "ball bottle", "whip hammer", "chain rope", "chains ropes",
        "spray trickle", "vehicle's train's", "tape paper", "object bottle", "objects bottles", "items bottles", "banged scraped tapped", "stirred poured shaken", "opened closed",
        "started stopped", "revved rattled stalled", "flushed drained cleaned", "doorknob latch", "belch cough sneeze", "edge blade", "wrapper bag",
        "chips nuts", "power-drill hammer", "surface table", "she he",
    ];

    // A creature or a force of nature and the verb of its own sound; both change together.
    private static readonly (string One, string Many, string Verb)[] Voices =
    [
        ("dog", "dogs", "bark"), ("cat", "cats", "meow"), ("duck", "ducks", "quack"), ("sheep", "sheep", "bleat"),
        ("pig", "pigs", "oink"), ("goat", "goats", "bleat"), ("horse", "horses", "neigh"), ("frog", "frogs", "croak"),
        ("bird", "birds", "chirp"), ("pigeon", "pigeons", "coo"), ("rooster", "roosters", "crow"), ("cow", "cows", "moo"),
        ("bee", "bees", "buzz"), ("insect", "insects", "buzz"), ("owl", "owls", "hoot"),
        ("cricket", "crickets", "chirp"), ("snake", "snakes", "hiss"), ("puppy", "puppies", "yip"),
        ("kitten", "kittens", "meow"), ("lamb", "lambs", "bleat"), ("animal", "animals", "growl"),
        ("bug", "bugs", "buzz"), ("goose", "geese", "honk"), ("dove", "doves", "coo"), ("chick", "chicks", "peep"), ("wolf", "wolves", "howl"),
    ];

    private static readonly string[] PlainCreatures = ["dog", "cat", "duck", "sheep", "pig", "horse", "bird", "cow", "frog"];

    private static readonly (string One, string Verb)[] Weather =
        [("rain", "fall"), ("wind", "blow"), ("thunder", "rumble"), ("fire", "crackle")];

    // For each verb, the verbs that may stand in its place with the same words around it.
    private static readonly string[] VerbRows =
    [
        "speak:sing,shout,whisper", "talk:sing,shout,whisper", "converse:argue,sing", "communicate:argue,sing", "narrate:sing,whisper",
        "chat:sing,argue", "vocalize:whistle,sing", "yell:whisper,sing", "shout:whisper,sing", "whisper:shout,sing", "sing:talk,shout", "murmur:sing,shout", "mumble:sing,shout",
        "laugh:cry,cough,sing", "giggle:cry,cough", "chuckle:cry,cough", "cry:laugh,giggle,cough", "scream:laugh,whistle", "cough:sneeze,laugh", "sneeze:cough,laugh",
        "burp:sneeze,cough", "fart:burp,sneeze", "snore:cough,hum", "sniffle:cough,laugh", "sniff:cough,laugh", "breathe:cough,whistle", "whistle:sing,cough", "cheer:laugh,boo,sing",
        "clap:laugh,whistle,sing", "applaud:laugh,boo", "chant:laugh,whistle", "babble:cry,laugh", "coo:squawk,chirp", "gasp:laugh,cough", "groan:laugh,cough", "moan:laugh,cough", "snort:cough,growl",
        "bark:whine,growl", "growl:bark,whine", "whimper:bark,growl", "whine:bark,growl", "howl:bark,whine", "yip:growl,whine", "pant:bark,growl", "meow:purr,hiss", "purr:meow,hiss",
        "chirp:squawk,coo", "tweet:squawk,coo", "squawk:coo,chirp", "quack:honk,hiss", "bleat:moo,grunt", "baa:moo,grunt", "oink:squeal,moo", "neigh:snort,bray", "croak:chirp,squawk", "moo:bleat,bray", "crow:cluck,quack",
        "cluck:crow,quack", "hoot:caw,chirp", "caw:hoot,coo", "gobble:quack,cluck", "squeal:rumble,click", "clop:splash,stomp", "gallop:splash,stomp", "trot:splash,stomp", "snarl:bark,whine", "grunt:squeal,snort", "call:growl,hiss",
        "rev:rattle,hum,sputter", "idle:rattle,sputter,roar", "accelerate:brake,stall,sputter", "chug:hiss,whistle,hum", "hum:rattle,beep,buzz", "buzz:beep,rattle,click", "whir:rattle,beep,squeak",
        "whirr:rattle,beep", "rumble:squeak,hiss,whistle", "roar:squeak,hum,whistle", "vibrate:squeak,beep,whistle", "sputter:hum,roar", "drill:hammer,saw", "saw:hammer,drill", "sand:saw,drill", "grind:beep,hum",
        "ring:buzz,beep,rattle", "chime:buzz,beep", "beep:buzz,ring,chime", "tick:buzz,ring,rattle", "tock:buzz,ring", "click:beep,squeak,rattle", "clack:beep,squeak,hum", "tap:scrape,rub", "knock:scrape,rub",
        "bang:squeak,ring,scrape", "hammer:scrape,ring", "clank:squeak,ring,crackle", "clang:squeak,crackle,hum", "clink:rustle,scrape", "rattle:hum,beep,ring", "squeak:rattle,click,buzz", "creak:rattle,click", "screech:rumble,rattle",
        "skid:honk,crash", "thump:squeak,ring,scrape", "thud:squeak,ring", "rustle:crackle,jingle,splash", "crinkle:splash,jingle,tear", "crumple:tear,shake", "scrape:tap,squeak,knock", "scratch:tap,knock", "rub:tap,knock",
        "shuffle:splash,stomp", "hiss:rattle,hum,beep", "whoosh:rattle,beep", "sizzle:bubble,rattle", "fry:boil,bake", "bubble:sizzle,hiss", "crackle:rustle,hiss", "pop:hiss,squeak", "splash:gurgle,hiss,bubble", "trickle:splash,hiss,gush",
        "gurgle:hiss,splash,crackle", "drip:gush,splash", "flow:drip,boil", "gush:drip,trickle", "spray:drip,gurgle", "pour:drip,boil", "flush:gurgle,overflow", "blow:whistle,howl", "honk:beep,squeak", "wail:beep,buzz,click", "blare:beep,click",
        "type:knock,tap", "slam:creak,rattle", "explode:whistle,hiss", "fire:rattle,click", "echo:whistle,fade", "flap:rustle,splash", "swish:rattle,click", "whack:scrape,rub", "patter:splash,hiss", "snap:rub,scrape", "jingle:thump,rattle", "stir:pour,chop",
        "eat:drink,cook", "chew:drink,slurp", "drink:chew,gargle", "walk:run,jump", "run:stop,stall", "play:fade,stop", "clatter:hum,beep", "toot:beep,hiss", "operate:beep,stop", "spin:rattle,stop", "boil:freeze,drip", "file:hammer,drill",
        "spatter:hum,boil", "sway:crackle,snap", "whisk:pour,chop", "chop:stir,pour", "squish:rattle,click", "shoot:shout,whistle", "approach:stop,brake", "fall:dry,freeze", "drive:skid,honk", "crash:whistle,hum",
    ];

    // Words of manner, as from:to.
    private static readonly string[] MannerRows =
    [
        "loud:quiet", "loudly:softly", "quiet:loud", "quietly:loudly", "softly:loudly", "soft:loud", "faint:loud", "faintly:loudly", "heavy:light", "heavily:lightly", "light:heavy", "lightly:heavily",
        "fast:slow", "slow:fast", "quickly:slowly", "slowly:quickly", "rapidly:slowly", "rapid:slow", "high:low", "low:high", "nearby:far away", "large:small", "small:large", "deep:shrill", "constant:brief", "continuous:brief", "continuously:briefly",
        "briefly:continuously", "brief:long", "repeatedly:once", "several:two", "distant:nearby", "muffled:clear", "strong:weak", "strongly:gently", "gently:strongly", "rhythmic:irregular", "twice:once", "once:twice", "steady:irregular", "young:old", "older:younger", "squeaky:rumbling",
    ];

    private static readonly HashSet<string> Cries =
    [
        .. "bark growl whimper whine howl yip pant meow purr hiss chirp tweet squawk coo quack bleat baa oink neigh croak moo"
            .Split(' '),
        .. "crow cluck hoot caw gobble squeal snarl snort call buzz sing peep honk grunt bray".Split(' '),
    ];

    /// <summary>Verbs of creatures' sounds, as (third person, gerund).</summary>
    public static IReadOnlyList<(string Third, string Gerund, string Plain)> CryForms { get; } =
        [.. Cries.Order().Select(v => (English.Third(v), English.Gerund(v), v))];

    /// <summary>A whole event, for additions: as a clause and as a phrase with -ing.</summary>
    public static IReadOnlyList<(string Clause, string Gerund, string Word)> Events { get; } =
    [
        ("a dog barks", "a dog barking", "bark"), ("a bell rings", "a bell ringing", "bell"), ("a car horn honks", "a car horn honking", "horn"),
        ("a baby cries", "a baby crying", "cr"), ("a door slams", "a door slamming", "door"), ("thunder rumbles", "thunder rumbling", "thunder"),
        ("a siren wails", "a siren wailing", "siren"), ("a cat meows", "a cat meowing", "cat"), ("glass shatters", "glass shattering", "glass"),
        ("a phone rings", "a phone ringing", "phone"), ("a man coughs", "a man coughing", "cough"), ("a crowd applauds", "a crowd applauding", "crowd"),
        ("a whistle blows", "a whistle blowing", "whistl"), ("water splashes", "water splashing", "water"), ("a woman laughs", "a woman laughing", "laugh"),
    ];

    /// <summary>word → words that may stand in its place.</summary>
    public static IReadOnlyDictionary<string, string[]> Nouns { get; } = BuildNouns();

    /// <summary>Inflected verb → inflected verbs of the same form.</summary>
    public static IReadOnlyDictionary<string, string[]> Verbs { get; } = BuildVerbs();

    /// <summary>Third person → gerund, for all verbs known.</summary>
    public static IReadOnlyDictionary<string, string> Gerunds { get; } = BuildGerunds();

    /// <summary>Manner → another.</summary>
    public static IReadOnlyDictionary<string, string[]> Manners { get; } =
        MannerRows.Select(r => r.Split(':')).ToDictionary(r => r[0], r => new[] { r[1] });

    /// <summary>Creature → other creatures of the same number with the verb of their sound.</summary>
    public static (string Verb, (string Name, string Verb)[] Others)? Voice(string word)
    {
        if (Array.Find(Weather, w => w.One == word) is { One: not null } force)
            return (force.Verb, [.. Weather.Where(w => w.One != word).Select(w => (w.One, w.Verb))]);
        if (Array.Find(Voices, v => v.One == word || v.Many == word) is not { One: not null } found) return null;
        var others = Voices.Where(v => PlainCreatures.Contains(v.One) && v.Verb != found.Verb);
        return (found.Verb, [.. others.Select(v => (word == found.One ? v.One : v.Many, v.Verb))]);
    }

    private static Dictionary<string, string[]> BuildNouns()
    {
        var nouns = new Dictionary<string, string[]>();
        foreach (var group in NounGroups.Select(g => g.Split(' ')))
            nouns.TryAdd(group[0], group[1..]);
        foreach (var group in NounGroups.Select(g => g.Split(' ')))
            foreach (var word in group)
                nouns.TryAdd(word, [.. group.Where(w => w != word)]);
        return nouns;
    }

    private static IEnumerable<(string Verb, string[] Others)> VerbPairs() =>
        VerbRows.Select(r => r.Split(':')).Select(r => (r[0], r[1].Split(',')));

    private static Dictionary<string, string[]> BuildVerbs()
    {
        var verbs = new Dictionary<string, string[]>();
        foreach (var (verb, others) in VerbPairs())
        {
            verbs.TryAdd(English.Third(verb), [.. others.Select(English.Third)]);
            verbs.TryAdd(English.Gerund(verb), [.. others.Select(English.Gerund)]);
            verbs.TryAdd(verb, others);
        }
        return verbs;
    }

    private static Dictionary<string, string> BuildGerunds()
    {
        string[] more =
        [
            "stop", "start", "begin", "continue", "go", "get", "become", "fade", "turn", "drive", "open", "close", "shut", "take", "make", "slow", "speed", "race", "pull", "drop", "hit", "move",
            "zoom", "travel", "fly", "give", "deliver", "say", "do", "pick", "throw", "shift", "switch", "tear", "chop", "increase", "decrease", "come", "imitate", "repeat", "shake", "grow", "break", "jump", "stomp", "spill", "leak", "ride", "occur", "use", "land", "lift", "roll",
            "strike", "describe", "work", "pass", "rush", "swim", "whiz", "toss", "bounce", "blast", "stutter", "unwrap", "sew", "release", "change", "leave", "yip", "kiss",
        ];
        return VerbPairs().SelectMany(v => v.Others.Append(v.Verb)).Concat(more).Distinct()
            .GroupBy(English.Third).ToDictionary(g => g.Key, g => English.Gerund(g.First()));
    }
}
