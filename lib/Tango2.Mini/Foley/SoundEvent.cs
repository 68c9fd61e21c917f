namespace Tango2.Mini.Foley;

/// <summary>A kind of sound that a listener can name, with its words and its synthesis.</summary>
public sealed class SoundEvent
{
    private readonly Func<Random, Voice> _drawVoice;

    internal SoundEvent(
        int index, string key, EventKind kind, EventPhrases phrases, Func<Random, Voice> drawVoice,
        double shortest, double longest, int maxCount = 1, bool background = false)
    {
        (Index, Key, Kind, Phrases, _drawVoice) = (index, key, kind, phrases, drawVoice);
        (Shortest, Longest, MaxCount, CanBeBackground) = (shortest, longest, maxCount, background);
    }

    /// <summary>Place in <see cref="SoundEvents.All"/>, and column of the event labels.</summary>
    public int Index { get; }

    /// <summary>One word: "bark".</summary>
    public string Key { get; }

    /// <summary>Whether it can be counted.</summary>
    internal EventKind Kind { get; }

    /// <summary>Its words.</summary>
    internal EventPhrases Phrases { get; }

    /// <summary>Shortest stroke in seconds.</summary>
    public double Shortest { get; }

    /// <summary>Longest stroke in seconds.</summary>
    public double Longest { get; }

    /// <summary>Most strokes in a row.</summary>
    public int MaxCount { get; }

    /// <summary>Whether it may fill a clip behind other events.</summary>
    public bool CanBeBackground { get; }

    /// <summary>The phrases by which a grounding model is asked for it; the first is the plainest.</summary>
    public IReadOnlyList<string> Queries => [Phrases.Gerunds[0], .. Phrases.Clauses, .. Phrases.Gerunds.Skip(1), .. Phrases.Nouns];

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

/// <summary>The words for a sound event in captions; in each list the first is the plainest.</summary>
/// <param name="Clauses">Whole clauses: "a dog barks".</param>
/// <param name="Gerunds">"a dog barking".</param>
/// <param name="Nouns">"barking of a dog".</param>
internal sealed record EventPhrases(
    IReadOnlyList<string> Clauses, IReadOnlyList<string> Gerunds, IReadOnlyList<string> Nouns)
{
    /// <summary>Clauses that a "twice" or "three times" may follow; empty for continuous events.</summary>
    public IReadOnlyList<string> CountedClauses { get; init; } = [];

    /// <summary>Plurals that a "two" or "three" may precede; empty for continuous events.</summary>
    public IReadOnlyList<string> CountedNouns { get; init; } = [];
}

/// <summary>Fills one stroke with sound, with small changes from stroke to stroke, and returns it.</summary>
internal delegate float[] Voice(float[] stroke, Random random);
