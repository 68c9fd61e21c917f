using System.Text;
using Tango2.Tensors;

namespace Tango2.Mini.Foley;

/// <summary>Scenes in words: true captions in many wordings, and captions that are wrong in a known way.</summary>
public static class Caption
{
    private const int Buckets = 8, ValidationBucket = 6, TestBucket = 7;
    private const string FrameSalt = "303"; // chosen so that no part lacks the common connectives
    private const int MostDraws = 2000, MostFrames = 500, MostWords = 40;

    /// <summary>A true caption of a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="variant">Which of very many wordings.</param>
    /// <param name="split">The part whose wordings may be used; without it all may.</param>
    public static string Variant(Scene scene, long variant, FoleySplit? split = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Draw(scene, Seeds.Random(scene.Seed, "caption", variant), split);
    }

    /// <summary>The sounds of a single sound or a sequence in plain phrases, one after another; of another scene a true caption.</summary>
    /// <remarks>Who has read these knows what order is before sentences turn it round.</remarks>
    /// <param name="scene">The scene.</param>
    /// <param name="random">Chooses the phrases.</param>
    /// <param name="split">The part whose wordings may be used, where it is a caption.</param>
    internal static string Plain(Scene scene, Random random, FoleySplit? split = null) =>
        scene.Structure is SceneStructure.Single or SceneStructure.Sequence
            ? string.Join(", then ", scene.Events.Select(e => e.Event.Queries[random.Next(e.Event.Queries.Count)]))
            : Variant(scene, random.Next(8), split);

    /// <summary>A caption that is wrong in the order of events; the scene must have two or more.</summary>
    public static string SwappedOrder(Scene scene, Random random, FoleySplit? split = null) =>
        Draw(scene.WithOrderSwapped(random), random, split);

    /// <summary>A caption that is wrong in one event.</summary>
    public static string Replaced(Scene scene, Random random, FoleySplit? split = null) =>
        Draw(scene.WithEventReplaced(random), random, split);

    /// <summary>A caption that leaves out one event; the scene must have two or more.</summary>
    public static string Dropped(Scene scene, Random random, FoleySplit? split = null) =>
        Draw(scene.WithEventDropped(random), random, split);

    /// <summary>The one part of the corpus that may use this wording: six eighths of all are for training.</summary>
    public static FoleySplit SplitOf(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        return Part(Hash(caption, char.IsAsciiLetter));
    }

    /// <summary>The one part that may use this frame, a sentence with places for its events; commas do not count.</summary>
    internal static FoleySplit SplitOfFrame(string frame) => Part(Hash(FrameSalt + frame, char.IsAsciiLetterOrDigit));

    // FNV-1a over the letters, so that case and commas do not tell captions apart.
    private static uint Hash(string text, Func<char, bool> counts)
    {
        var hash = 2166136261u;
        foreach (var letter in text)
        {
            if (counts(letter))
            {
                hash = (hash ^ char.ToLowerInvariant(letter)) * 16777619u;
            }
        }
        hash ^= hash >> 15;
        hash *= 0x2c1b3c6du;
        return hash ^ (hash >> 13);
    }

    private static FoleySplit Part(uint hash) => (hash % Buckets) switch
    {
        ValidationBucket => FoleySplit.Validation,
        TestBucket => FoleySplit.Test,
        _ => FoleySplit.Train,
    };

    /// <summary>Draws a caption of what a scene is told to be.</summary>
    internal static string Draw(Scene scene, Random random, FoleySplit? split)
    {
        for (var draw = 0; draw < MostDraws; draw++)
        {
            var caption = Write(scene, random, split);
            if ((split is null || SplitOf(caption) == split) && IsGood(caption)) return caption;
        }
        throw new InvalidOperationException($"Of {MostDraws} captions of '{scene.Meaning}' none belongs to {split}.");
    }

    // Not too long, and without a joint such as "for a while while".
    private static bool IsGood(string caption) => caption.Count(letter => letter == ' ') < MostWords
        && !caption.Contains("while while", StringComparison.OrdinalIgnoreCase);

    private static string Write(Scene scene, Random random, FoleySplit? split)
    {
        var events = scene.Events;
        PlacedEvent? behind = null;
        if (scene.Structure == SceneStructure.Background)
        {
            (behind, events) = (events[0], [.. events.Skip(1)]);
        }
        else if (scene.Structure == SceneStructure.While && random.Next(2) == 0)
        {
            events = [events[1], events[0]];
        }
        return Surface(Fill(Frame(scene.Structure, events.Count, random, split), events, behind, random), random);
    }

    /// <summary>Draws a sentence with places for its events, of those that belong to a part.</summary>
    internal static string Frame(SceneStructure structure, int events, Random random, FoleySplit? split)
    {
        for (var draw = 0; draw < MostFrames; draw++)
        {
            var frame = Grammar.Draw(structure, events, random);
            if (split is null || SplitOfFrame(frame) == split) return frame;
        }
        throw new InvalidOperationException($"Of {MostFrames} sentences for {events} events none belongs to {split}.");
    }

    private static string Fill(string frame, IReadOnlyList<PlacedEvent> events, PlacedEvent? behind, Random random)
    {
        var wording = new Wording(random, events.Count);
        var text = new StringBuilder();
        for (var i = 0; i < frame.Length; i++)
        {
            if (frame[i] != '{')
            {
                text.Append(frame[i]);
                continue;
            }
            var close = frame.IndexOf('}', i);
            var (form, place) = (frame[(i + 1)..(close - 1)], frame[close - 1]);
            text.Append(form.Length > 1 ? wording.Agreeing(form)
                : place == 'B' ? wording.Say(behind!, form[0], behind: true)
                : wording.Say(events[place - '0'], form[0], behind: false));
            i = close;
        }
        return text.ToString();
    }

    // As people type: mostly with a capital, often without a full stop, seldom all in capitals.
    private static string Surface(string text, Random random)
    {
        var manner = random.NextDouble();
        text = manner < 0.02 ? text.ToUpperInvariant() : manner < 0.62 ? Capitals(text) : text;
        var end = random.NextDouble();
        var sentences = text.Contains(". ", StringComparison.Ordinal);
        return text + (sentences ? (end < 0.85 ? "." : "") : end < 0.3 ? "." : end < 0.33 ? "!" : "");
    }

    private static string Capitals(string text)
    {
        var letters = text.ToCharArray();
        letters[0] = char.ToUpperInvariant(letters[0]);
        for (var i = 2; i < letters.Length; i++)
        {
            if (letters[i - 2] == '.') letters[i] = char.ToUpperInvariant(letters[i]);
        }
        return new(letters);
    }
}
