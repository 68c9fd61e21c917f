using System.Text;

namespace Tango2.Mini.Foley;

/// <summary>The sentences of captions, read from grammar.json, and made longer of parts.</summary>
/// <remarks>
/// In a frame {C0} stands for a clause about the first event, {P0} for one in a simple tense, {H0} for a finished one ("a
/// dog has barked"), {G0} for a gerund, {N0} for a noun phrase, {E0} for "there is …", {W0} for a word that imitates or a
/// name ("a dog"), {S0} for a gerund or a noun phrase and {F0} for any of the last; {is0} and {comes0} agree with the noun
/// phrase before; 1 to 4 are the later events, and B is the background. (a|b) is one of both. Starts, joins and ends have
/// no numbers: they are put one behind the other.
/// </remarks>
internal static class Grammar
{
    private const double Chained = 0.6, Prefixed = 0.12, PrefixedSingle = 0.3, Imitating = 0.08, Gerunds = 0.55;

    /// <summary>All that the file says.</summary>
    public static GrammarParts All { get; } = Lexicon.Read<GrammarParts>("grammar.json");

    /// <summary>Draws a frame for a scene with this many events, the background not counted.</summary>
    public static string Draw(SceneStructure structure, int events, Random random)
    {
        var frame = structure switch
        {
            SceneStructure.Background => Pick(events == 1 ? All.BehindOne : All.BehindTwo, random),
            SceneStructure.While => Pick(All.While, random),
            _ when events == 1 => Single(random),
            _ when random.NextDouble() < Chained => Chain(events, random),
            _ => Pick(events switch { 2 => All.Pair, 3 => All.Three, 4 => All.Four, _ => All.Five }, random),
        };
        return Resolve(Choose(frame, random), random);
    }

    private static string Single(Random random) => random.NextDouble() < PrefixedSingle
        ? Pick(All.Prefixes, random).Replace("{S}", "{S0}", StringComparison.Ordinal)
        : Pick(All.Single, random);

    // Puts together a start, joins and perhaps an end until all events are told. After a clause come clause joins, after a
    // fragment such as "followed by barking" fragment joins; no join comes twice.
    private static string Chain(int events, Random random)
    {
        var clause = random.Next(2) == 0;
        var text = new StringBuilder(Pick(clause ? All.ClauseStarts : All.FragmentStarts, random));
        var told = Slots(text.ToString());
        if (!clause && text[0] == '{' && random.NextDouble() < Prefixed) text = Begin(text, random);
        HashSet<string> used = [];
        while (told < events)
        {
            var last = told == events - 1 && events > 2 && random.Next(3) == 0;
            var join = Pick(All.After(clause, last), random);
            if (!used.Add(join)) continue;
            text.Append(join);
            told += Slots(join);
            clause = join.Contains("{C}", StringComparison.Ordinal) || join.Contains("{P}", StringComparison.Ordinal);
        }
        return Numbered(text.ToString());
    }

    private static StringBuilder Begin(StringBuilder text, Random random)
    {
        var fragment = text.ToString().Replace("{F}", "{S}", StringComparison.Ordinal);
        return new(Pick(All.Prefixes, random).Replace("{S}", fragment, StringComparison.Ordinal));
    }

    private static int Slots(string text) => text.Count(letter => letter == '{');

    private static string Numbered(string text)
    {
        var numbered = new StringBuilder();
        var next = 0;
        foreach (var letter in text)
        {
            if (letter == '}') numbered.Append(next++);
            numbered.Append(letter);
        }
        return numbered.ToString();
    }

    // Chooses of each (a|b).
    private static string Choose(string pattern, Random random)
    {
        while (pattern.LastIndexOf('(') is var open and >= 0)
        {
            var close = pattern.IndexOf(')', open);
            var options = pattern[(open + 1)..close].Split('|');
            pattern = pattern[..open] + options[random.Next(options.Length)] + pattern[(close + 1)..];
        }
        return pattern;
    }

    // Settles {F0} and {S0}.
    private static string Resolve(string frame, Random random)
    {
        var letters = frame.ToCharArray();
        for (var i = 0; i < letters.Length - 1; i++)
        {
            if (letters[i] == '{' && letters[i + 1] is 'F' or 'S')
            {
                var imitates = letters[i + 1] == 'F' && random.NextDouble() < Imitating;
                letters[i + 1] = imitates ? 'W' : random.NextDouble() < Gerunds ? 'G' : 'N';
            }
        }
        return new(letters);
    }

    private static string Pick(IReadOnlyList<string> list, Random random) => list[random.Next(list.Count)];
}

/// <summary>What grammar.json says; an entry that stands there twice is drawn twice as often.</summary>
internal sealed record GrammarParts
{
    /// <summary>What goes before a fragment: "the sound of {S}".</summary>
    public required IReadOnlyList<string> Prefixes { get; init; }

    /// <summary>"loudly".</summary>
    public required IReadOnlyList<string> Adverbs { get; init; }

    /// <summary>"nearby".</summary>
    public required IReadOnlyList<string> Places { get; init; }

    /// <summary>Of short events.</summary>
    public required IReadOnlyList<string> Brief { get; init; }

    /// <summary>Of long ones.</summary>
    public required IReadOnlyList<string> Long { get; init; }

    /// <summary>What may be said of a sound: "distant".</summary>
    public required IReadOnlyList<string> SoundAdjectives { get; init; }

    /// <summary>One event.</summary>
    public required IReadOnlyList<string> Single { get; init; }

    /// <summary>Beginnings of a sequence in clauses.</summary>
    public required IReadOnlyList<string> ClauseStarts { get; init; }

    /// <summary>What may follow a clause.</summary>
    public required IReadOnlyList<string> ClauseJoins { get; init; }

    /// <summary>What may follow a clause as the last of three or more.</summary>
    public required IReadOnlyList<string> ClauseEnds { get; init; }

    /// <summary>Beginnings in fragments.</summary>
    public required IReadOnlyList<string> FragmentStarts { get; init; }

    /// <summary>What may follow a fragment.</summary>
    public required IReadOnlyList<string> FragmentJoins { get; init; }

    /// <summary>What may follow a fragment as the last of three or more.</summary>
    public required IReadOnlyList<string> FragmentEnds { get; init; }

    /// <summary>Whole frames of two events in order.</summary>
    public required IReadOnlyList<string> Pair { get; init; }

    /// <summary>Of three.</summary>
    public required IReadOnlyList<string> Three { get; init; }

    /// <summary>Of four.</summary>
    public required IReadOnlyList<string> Four { get; init; }

    /// <summary>Of five.</summary>
    public required IReadOnlyList<string> Five { get; init; }

    /// <summary>Two events at once; both orders of the events are used with each.</summary>
    public required IReadOnlyList<string> While { get; init; }

    /// <summary>One event over a background.</summary>
    public required IReadOnlyList<string> BehindOne { get; init; }

    /// <summary>Two events in order over a background.</summary>
    public required IReadOnlyList<string> BehindTwo { get; init; }

    /// <summary>Everything.</summary>
    public IEnumerable<string> Texts => new[]
    {
        Prefixes, Adverbs, Places, Brief, Long, SoundAdjectives, Single, ClauseStarts, ClauseJoins, ClauseEnds,
        FragmentStarts, FragmentJoins, FragmentEnds, Pair, Three, Four, Five, While, BehindOne, BehindTwo,
    }.SelectMany(list => list);

    /// <summary>What may follow a clause or a fragment.</summary>
    public IReadOnlyList<string> After(bool clause, bool last) =>
        clause ? (last ? ClauseEnds : ClauseJoins) : last ? FragmentEnds : FragmentJoins;
}
