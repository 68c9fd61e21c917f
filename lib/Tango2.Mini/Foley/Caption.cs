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

/// <summary>
/// The sentences of captions. C0 stands for a clause about the first event, G0 for a gerund, N0 for a noun phrase;
/// 1, 2 and 3 are the later events, and for backgrounds B is the background.
/// </summary>
internal static class CaptionTemplates
{
    /// <summary>All of them.</summary>
    public static IEnumerable<string> All =>
        new[] { Single, Pair, Three, Four, While, BehindOne, BehindTwo }.SelectMany(templates => templates);

    public static readonly string[] Single =
    [
        "{C0}", "{C0}", "{C0}", "{G0}", "{G0}", "{N0}", "{C0} nearby", "{G0} nearby", "{N0} nearby",
        "the sound of {G0}", "{G0} can be heard", "{N0} can be heard", "we hear {G0}", "we hear {N0}",
        "a recording of {G0}", "only {G0}", "only {N0}", "{C0} and nothing else", "{G0} and nothing else",
        "{C0} in a quiet place", "{G0} in a quiet place", "{N0} in a quiet place", "here {C0}", "{N0} is heard",
        "{G0} is heard", "{C0} close by", "{G0} close by",
    ];

    public static readonly string[] Pair =
    [
        "{C0} then {C1}", "{C0}, then {C1}", "{C0} and then {C1}", "{G0} then {G1}", "{N0} and then {N1}",
        "first {C0}, then {C1}",
        "{C0} before {C1}", "{G0} before {G1}", "{N0} before {N1}", "before {C1}, {C0}",
        "{C1} after {C0}", "{G1} after {G0}", "{N1} after {N0}", "after {C0}, {C1}", "after {N0}, {C1}",
        "{C0} followed by {G1}", "{G0} followed by {G1}", "{N0} followed by {N1}", "{G0} followed by {N1}",
        "{N0} is followed by {N1}", "{C1}, following {N0}",
    ];

    public static readonly string[] Three =
    [
        "{C0}, then {C1}, then {C2}", "{C0} then {C1} and then {C2}", "{G0} followed by {G1} and then {G2}",
        "{C0} followed by {G1} followed by {G2}", "{N0}, then {N1} and then {N2}", "{C0} before {C1} and then {C2}",
        "first {C0}, then {C1} and finally {C2}", "{G0}, {G1} and then {G2}", "after {C0}, {C1} and then {C2}",
        "{C2} after {N0} and then {N1}", "{N0} followed by {N1} before {N2}",
    ];

    public static readonly string[] Four =
    [
        "{C0}, then {C1}, then {C2}, then {C3}", "{G0} followed by {G1}, then {G2} and then {G3}",
        "first {C0}, then {C1}, then {C2} and finally {C3}", "{C0} then {C1} followed by {G2} and then {G3}",
        "{N0}, then {N1}, then {N2} and finally {N3}", "{G0}, {G1}, {G2} and then {G3}",
        "{C0} before {C1}, then {C2} before {C3}", "after {C0}, {C1} and then {C2} followed by {G3}",
    ];

    // Both orders of the events are used with each.
    public static readonly string[] While =
    [
        "{C0} while {C1}", "{C0} while {C1}", "while {C0}, {C1}", "{G0} while {G1}", "{C0} as {C1}", "as {C0}, {C1}",
        "{G0} as {C1}", "{C0} and at the same time {C1}", "{G0} and {G1} at the same time", "{G0} while {C1}",
        "{N0} together with {N1}", "{N0} and {N1} at once",
    ];

    public static readonly string[] BehindOne =
    [
        "{C0} with {NB} in the background", "{G0} with {GB} in the background", "{C0} while {CB} in the background",
        "{G0} over {NB}", "{GB} in the background as {C0}", "{CB} in the background while {C0}",
        "{N0} over {NB} in the background", "{C0} as {CB} in the background", "{CB} throughout while {C0}",
    ];

    public static readonly string[] BehindTwo =
    [
        "{C0} then {C1} with {NB} in the background", "{G0} followed by {G1} with {GB} in the background",
        "{C0} before {C1} while {CB} in the background", "{C0} and then {C1} as {CB} in the background",
        "{G1} after {G0} with {NB} in the background", "{GB} in the background as {C0} and then {C1}",
        "{CB} in the background while {C0} before {C1}", "{N0} followed by {N1} over {NB}",
    ];
}
