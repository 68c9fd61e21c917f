namespace Tango2.Mini.Foley;

/// <summary>The eighteen sounds of the mini world.</summary>
internal static class SoundEvents
{
    private const EventKind Discrete = EventKind.Discrete, Continuous = EventKind.Continuous;

    /// <summary>All events; each event's <see cref="SoundEvent.Index"/> is its place here.</summary>
    public static IReadOnlyList<SoundEvent> All { get; } =
    [
        new(0, "bark", Discrete, Counted(
            ["a dog barks", "a dog is barking", "the dog barks"], ["a dog barking", "dog barking", "a dog's barking"],
            ["the barking of a dog", "a dog bark", "the bark of a dog"], ["a dog barks"], ["barks", "dog barks"]),
            AnimalVoices.Bark, 0.14, 0.26, maxCount: 4),
        new(1, "rain", Continuous, Plain(
            ["rain falls", "rain is falling", "it rains"], ["rain falling", "rain pouring", "rain coming down"],
            ["the patter of rain", "falling rain", "rainfall"]),
            TextureVoices.Rain, 0.30, 10, background: true),
        new(2, "bell", Discrete, Counted(
            ["a bell rings", "a church bell tolls", "a bell is ringing"],
            ["a bell ringing", "a church bell tolling", "a church bell ringing"],
            ["the ringing of a bell", "a bell ring", "the toll of a church bell"],
            ["a bell rings", "a church bell tolls"], ["bell rings", "tolls of a bell"]),
            StruckVoices.Bell, 0.30, 1.00, maxCount: 3),
        new(3, "engine", Continuous, Plain(
            ["an engine runs", "an engine hums", "a motor is running"],
            ["an engine running", "an engine humming", "a motor running"],
            ["the hum of an engine", "the noise of a motor", "a running engine"]),
            TextureVoices.Engine, 0.35, 10, background: true),
        new(4, "knock", Discrete, Counted(
            ["someone knocks", "a person knocks on a door", "someone is knocking on a door"],
            ["knocking on a door", "someone knocking", "a person knocking on a door"],
            ["a knock on a door", "a knock", "the knock of a hand on wood"],
            ["someone knocks", "a person knocks on a door"], ["knocks", "knocks on a door"]),
            StruckVoices.Knock, 0.09, 0.14, maxCount: 5),
        new(5, "siren", Continuous, Plain(
            ["a siren wails", "a siren is wailing", "an emergency siren sounds"],
            ["a siren wailing", "an emergency siren sounding", "a siren going up and down"],
            ["the wail of a siren", "a wailing siren", "an emergency siren"]),
            SignalVoices.Siren, 0.40, 10),
        new(6, "meow", Discrete, Counted(
            ["a cat meows", "a cat is meowing", "the cat meows"], ["a cat meowing", "cat meowing", "a cat's meowing"],
            ["the meow of a cat", "a cat meow", "the meowing of a cat"], ["a cat meows"], ["meows", "cat meows"]),
            AnimalVoices.Meow, 0.28, 0.65, maxCount: 3),
        new(7, "wind", Continuous, Plain(
            ["wind blows", "the wind is blowing", "the wind howls"], ["wind blowing", "wind howling", "the wind blowing"],
            ["the howl of wind", "blowing wind", "a gust of wind"]),
            TextureVoices.Wind, 0.45, 10, background: true),
        new(8, "honk", Discrete, Counted(
            ["a car honks", "a car horn honks", "a car is honking"],
            ["a car honking", "a car horn honking", "a vehicle honking"],
            ["the honk of a car", "a car horn", "the honking of a car"],
            ["a car honks", "a car horn honks"], ["honks", "honks of a car"]),
            SignalVoices.Honk, 0.20, 0.55, maxCount: 3),
        new(9, "glass", Discrete, Plain(
            ["glass breaks", "a glass shatters", "a glass is breaking"],
            ["glass breaking", "a glass shattering", "a window breaking"],
            ["the crash of glass", "breaking glass", "shattering glass"]),
            StruckVoices.Glass, 0.30, 0.70),
        new(10, "applause", Continuous, Plain(
            ["a crowd applauds", "people are clapping", "an audience claps"],
            ["a crowd applauding", "people clapping", "an audience clapping"],
            ["the applause of a crowd", "applause", "the clapping of people"]),
            TextureVoices.Applause, 0.35, 10, background: true),
        new(11, "chirp", Discrete, Counted(
            ["a bird chirps", "a bird is chirping", "a bird tweets"],
            ["a bird chirping", "bird chirping", "a bird tweeting"],
            ["the chirp of a bird", "a bird chirp", "the tweet of a bird"],
            ["a bird chirps", "a bird tweets"], ["chirps", "bird chirps"]),
            AnimalVoices.Chirp, 0.08, 0.15, maxCount: 5),
        new(12, "thunder", Continuous, Plain(
            ["thunder rumbles", "thunder is rumbling", "thunder roars"],
            ["thunder rumbling", "thunder roaring", "the thunder rumbling"],
            ["a clap of thunder", "the rumble of thunder", "rumbling thunder"]),
            TextureVoices.Thunder, 0.45, 10),
        new(13, "beep", Discrete, Counted(
            ["an alarm beeps", "an alarm is beeping", "a device beeps"],
            ["an alarm beeping", "a device beeping", "an electronic alarm beeping"],
            ["the beep of an alarm", "an alarm beep", "an electronic beep"],
            ["an alarm beeps", "a device beeps"], ["beeps", "electronic beeps"]),
            SignalVoices.Beep, 0.10, 0.20, maxCount: 5),
        new(14, "saw", Continuous, Plain(
            ["someone saws wood", "a person is sawing", "a saw cuts wood"],
            ["sawing of wood", "someone sawing wood", "a person sawing"],
            ["the rasp of a saw", "the sound of a saw", "a hand saw"]),
            TextureVoices.Saw, 0.45, 10),
        new(15, "croak", Discrete, Counted(
            ["a frog croaks", "a frog is croaking", "the frog croaks"],
            ["a frog croaking", "frog croaking", "a frog's croaking"],
            ["the croak of a frog", "a frog croak", "the croaking of a frog"],
            ["a frog croaks"], ["croaks", "frog croaks"]),
            AnimalVoices.Croak, 0.20, 0.38, maxCount: 3),
        new(16, "whistle", Discrete, Counted(
            ["a person whistles", "a man whistles", "someone is whistling"],
            ["a person whistling", "a man whistling", "someone whistling"],
            ["the whistle of a person", "a whistle", "the whistling of a man"],
            ["a person whistles", "a man whistles"], ["whistles", "whistles of a person"]),
            SignalVoices.Whistle, 0.25, 0.70, maxCount: 3),
        new(17, "ring", Discrete, Counted(
            ["a telephone rings", "a phone rings", "a phone is ringing"],
            ["a telephone ringing", "a phone ringing", "an old phone ringing"],
            ["the ring of a telephone", "a phone ring", "the ringing of a phone"],
            ["a telephone rings", "a phone rings"], ["telephone rings", "rings of a phone"]),
            SignalVoices.Ring, 0.25, 0.60, maxCount: 3),
    ];

    /// <summary>The event called <paramref name="key"/>.</summary>
    public static SoundEvent ByKey(string key) =>
        All.FirstOrDefault(sound => sound.Key == key) ?? throw new ArgumentException(
            $"There is no sound event '{key}'; there are {string.Join(", ", All)}.", nameof(key));

    private static EventPhrases Plain(string[] clauses, string[] gerunds, string[] nouns) =>
        new(clauses, gerunds, nouns);

    private static EventPhrases Counted(
        string[] clauses, string[] gerunds, string[] nouns, string[] countedClauses, string[] countedNouns) =>
        new(clauses, gerunds, nouns) { CountedClauses = countedClauses, CountedNouns = countedNouns };
}
