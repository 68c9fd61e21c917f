namespace Tango2.Mini.Foley;

/// <summary>A kind of sound that a listener can name, with its words and its synthesis.</summary>
public sealed class SoundEvent
{
    private readonly Func<Random, Voice> _drawVoice;

    internal SoundEvent(
        int index, string key, EventKind kind, Func<Random, Voice> drawVoice,
        double shortest, double longest, int maxCount = 1, bool background = false)
    {
        (Index, Key, Kind, _drawVoice) = (index, key, kind, drawVoice);
        (Shortest, Longest, MaxCount, CanBeBackground) = (shortest, longest, maxCount, background);
        Words = Lexicon.Of(key);
        Phrases = EventPhrases.Of(Words);
    }

    /// <summary>Place in <see cref="SoundEvents.All"/>, and column of the event labels.</summary>
    public int Index { get; }

    /// <summary>One word: "bark".</summary>
    public string Key { get; }

    /// <summary>Whether it can be counted.</summary>
    internal EventKind Kind { get; }

    /// <summary>Its words.</summary>
    internal EventWords Words { get; }

    /// <summary>Phrases made of its words, the plainest first.</summary>
    internal EventPhrases Phrases { get; }

    /// <summary>Shortest stroke in seconds.</summary>
    public double Shortest { get; }

    /// <summary>Longest stroke in seconds.</summary>
    public double Longest { get; }

    /// <summary>Most strokes in a row.</summary>
    public int MaxCount { get; }

    /// <summary>Whether it may fill a clip behind other events.</summary>
    public bool CanBeBackground { get; }

    /// <summary>The phrases by which a grounding model is asked for it; at most 24, the first the plainest.</summary>
    public IReadOnlyList<string> Queries => Phrases.All;

    /// <summary>Synthesises an event: one voice drawn from <paramref name="random"/>, one stroke for each length.</summary>
    /// <param name="random">Source of pitch, texture and all other variation.</param>
    /// <param name="seconds">Length of each stroke, in seconds.</param>
    /// <returns>Samples of each stroke at 16 kHz, all of one loudness.</returns>
    public float[][] Synthesize(Random random, params IReadOnlyList<double> seconds)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(seconds);
        var voice = _drawVoice(random);
        var strokes = new float[seconds.Count][];
        for (var i = 0; i < strokes.Length; i++)
        {
            strokes[i] = Dsp.Level(voice(new float[(int)Math.Round(seconds[i] * Dsp.Rate)], random));
        }
        return strokes;
    }

    /// <inheritdoc/>
    public override string ToString() => Key;
}

/// <summary>Whether a sound can be counted.</summary>
internal enum EventKind
{
    /// <summary>Made of single strokes that can be counted: a bark, a knock.</summary>
    Discrete,

    /// <summary>Goes on without a count: rain, an engine.</summary>
    Continuous,
}

/// <summary>Phrases for a sound event in the present tense; in each list the first is the plainest.</summary>
/// <param name="Clauses">Whole clauses: "a dog barks".</param>
/// <param name="Gerunds">"a dog barking".</param>
/// <param name="Nouns">"barking of a dog".</param>
internal sealed record EventPhrases(
    IReadOnlyList<string> Clauses, IReadOnlyList<string> Gerunds, IReadOnlyList<string> Nouns)
{
    private const int Most = 8;

    /// <summary>A few of the phrases that the words make: each of the first subjects and verbs is in one.</summary>
    public static EventPhrases Of(EventWords words)
    {
        var maker = words.Makers[0];
        (Subject Subject, VerbForms Verb)[] pairs =
        [
            .. maker.Subjects.Take(5).Select(subject => (subject, maker.Verbs[0])),
            .. maker.Verbs.Skip(1).Select(verb => (maker.Subjects[0], verb)),
        ];
        var nouns = words.Alone.Take(3).Select(noun => Inflection.A(noun.One)).Concat(words.Mass.Take(3)).Concat(words.Fragments);
        return new(
            [.. pairs.Take(Most).Select(pair => $"{pair.Subject.Plain} {pair.Verb.Third}")],
            [.. pairs.Take(Most).Select(pair => $"{pair.Subject.Plain} {pair.Verb.Gerund}")],
            [.. nouns.Take(Most)]);
    }

    /// <summary>All of them, each once; the plainest gerund first.</summary>
    public IReadOnlyList<string> All { get; } = [.. Gerunds.Take(1).Concat(Clauses).Concat(Gerunds).Concat(Nouns).Distinct()];
}

/// <summary>Fills one stroke with sound, with small changes from stroke to stroke, and returns it.</summary>
internal delegate float[] Voice(float[] stroke, Random random);
