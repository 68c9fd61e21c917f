using System.Text;
using Tango2.Tensors;

namespace Tango2.Mini.Foley;

/// <summary>Scenes in words: true captions in many wordings, and captions that are wrong in a known way.</summary>
public static class Caption
{
    private const int Buckets = 8, ValidationBucket = 6, TestBucket = 7;
    private const int MostDraws = 2000;
    private const double CountChance = 0.45, OnceChance = 0.06, LengthChance = 0.3;
    private const double BriefSeconds = 0.5, LongSeconds = 1.3;
    internal static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five"];
    internal static readonly string[] Times = ["never", "once", "twice", "three times", "four times", "five times"];
    internal static readonly string[] Long = ["for a long time", "continuously", "on and on"];
    internal static readonly string[] Brief = ["briefly", "for a moment", "for a short time"];

    /// <summary>A true caption of a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="variant">Which of very many wordings.</param>
    /// <param name="split">The part whose wordings may be used; without it all may.</param>
    public static string Variant(Scene scene, long variant, FoleySplit? split = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Draw(scene, Seeds.Random(scene.Seed, "caption", variant), split);
    }

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
        var hash = 2166136261u; // FNV-1a over the letters, so that case and commas do not tell captions apart
        foreach (var letter in caption)
        {
            if (char.IsAsciiLetter(letter))
            {
                hash = (hash ^ char.ToLowerInvariant(letter)) * 16777619u;
            }
        }
        hash ^= hash >> 15;
        hash *= 0x2c1b3c6du;
        return ((hash ^ (hash >> 13)) % Buckets) switch
        {
            ValidationBucket => FoleySplit.Validation,
            TestBucket => FoleySplit.Test,
            _ => FoleySplit.Train,
        };
    }

    private static string Draw(Scene scene, Random random, FoleySplit? split)
    {
        for (var draw = 0; draw < MostDraws; draw++)
        {
            var caption = Write(scene, random);
            if (split is null || SplitOf(caption) == split)
            {
                return caption;
            }
        }
        throw new InvalidOperationException($"Of {MostDraws} captions of '{scene.Meaning}' none belongs to {split}.");
    }

    private static string Write(Scene scene, Random random)
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
        var templates = Templates(scene.Structure, events.Count);
        return Fill(templates[random.Next(templates.Length)], events, behind, random);
    }

    private static string[] Templates(SceneStructure structure, int events) => (structure, events) switch
    {
        (SceneStructure.Background, 1) => CaptionTemplates.BehindOne,
        (SceneStructure.Background, _) => CaptionTemplates.BehindTwo,
        (SceneStructure.While, _) => CaptionTemplates.While,
        (_, 1) => CaptionTemplates.Single,
        (_, 2) => CaptionTemplates.Pair,
        (_, 3) => CaptionTemplates.Three,
        _ => CaptionTemplates.Four,
    };

    private static string Fill(string template, IReadOnlyList<PlacedEvent> events, PlacedEvent? behind, Random random)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '{')
            {
                text.Append(template[i]);
                continue;
            }
            var place = template[i + 2];
            text.Append(place == 'B'
                ? Plain(behind!.Event.Phrases, template[i + 1], random)
                : Phrase(events[place - '0'], template[i + 1], random));
            i += 3;
        }
        text[0] = char.ToUpperInvariant(text[0]);
        return text.ToString();
    }

    private static string Phrase(PlacedEvent placed, char form, Random random)
    {
        var phrases = placed.Event.Phrases;
        if (phrases.CountedNouns.Count > 0 && random.NextDouble() < (placed.Count > 1 ? CountChance : OnceChance))
        {
            return form switch
            {
                'N' when placed.Count > 1 => $"{Numbers[placed.Count]} {Pick(phrases.CountedNouns, random)}",
                'N' => Plain(phrases, form, random),
                'C' => $"{Pick(phrases.CountedClauses, random)} {Times[placed.Count]}",
                _ => $"{Plain(phrases, form, random)} {Times[placed.Count]}",
            };
        }
        var plain = Plain(phrases, form, random);
        if (form == 'N' && placed.Count > 1 && phrases.CountedNouns.Count > 0
            && (plain.StartsWith("a ", StringComparison.Ordinal) || plain.StartsWith("an ", StringComparison.Ordinal)))
        {
            return $"{Numbers[placed.Count]} {Pick(phrases.CountedNouns, random)}"; // "a knock" would deny the others
        }
        if (form == 'N' || placed.Event.Kind == EventKind.Discrete || random.NextDouble() >= LengthChance)
        {
            return plain;
        }
        return placed.Seconds <= BriefSeconds ? $"{plain} {Pick(Brief, random)}"
            : placed.Seconds >= LongSeconds ? $"{plain} {Pick(Long, random)}"
            : plain;
    }

    private static string Plain(EventPhrases phrases, char form, Random random) =>
        Pick(form switch { 'C' => phrases.Clauses, 'G' => phrases.Gerunds, _ => phrases.Nouns }, random);

    private static string Pick(IReadOnlyList<string> list, Random random) => list[random.Next(list.Count)];
}
