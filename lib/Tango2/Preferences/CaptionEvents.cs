using System.Text.RegularExpressions;

namespace Tango2.Preferences;

/// <summary>Finds where a caption's events meet.</summary>
/// <remarks>
/// The time grows with the caption's length, whatever it holds: patterns begin where a run of blanks begins, take the whole
/// run at once, and no more than <see cref="MostPlaces"/> joints are looked for.
/// </remarks>
internal static partial class CaptionEvents
{
    /// <summary>As many joints and words of a caption are edited; each edit is a whole caption.</summary>
    public const int MostPlaces = 100;

    private const int LongestLeftEnd = 16; // more than a blank and any word of LeftEnds

    private static readonly HashSet<string> NotAnEvent =
        ["and", "that", "this", "a few seconds", "a few moments", "a moment", "some time", "a while", "awhile", "which", "or", "well", "if", "though", "to"];

    private static readonly HashSet<string> Auxiliaries = ["is", "are", "was", "were", "can", "has", "have", "does", "do"];

    /// <summary>The joints at words of time; if there are none, those at "and" and "with" between two full events.</summary>
    public static IReadOnlyList<EventJoint> Joints(string caption)
    {
        var temporal = Between(caption, Temporal());
        return temporal.Count > 0 ? temporal : [.. Between(caption, Plain()).Where(AreAlike)];
    }

    // Two clauses or two gerunds; "scraping and thumping occur" is one event.
    private static bool AreAlike(EventJoint joint)
    {
        var chunk = LastChunk(joint.Left, joint.Left.Length) is { Length: > 0 } last ? last : joint.Left;
        return HasVerb(chunk) && HasVerb(joint.Right) && IsFull(joint.Right) && IsClause(chunk) == IsClause(joint.Right);
    }

    /// <summary>Whether the first word ends in -ing, so that its subject may stand elsewhere.</summary>
    public static bool StartsWithGerund(string words) => FirstWord(words).EndsWith("ing", StringComparison.Ordinal);

    /// <summary>The match of a leading "After", "Before", "While" or "As" whose event ends at a comma.</summary>
    public static Match Opening(string caption) => Leading().Match(caption);

    /// <summary>Whether the words from a place on begin with a verb whose subject stands elsewhere.</summary>
    public static bool StartsWithVerb(string words, int from = 0) => FirstWord(words, from) is var first
        && (Auxiliaries.Contains(first) || SoundLexicon.Gerunds.ContainsKey(first)) && !HasNounAfter(words, from);

    /// <summary>Whether the words can stand alone as an event.</summary>
    public static bool IsFull(string words) =>
        words.Trim().Length > 2 && !StartsWithVerb(words)
        && FirstWord(words) is not ("it" or "its" or "he" or "she" or "they" or "their" or "then" or "there" or "which" or "who" or "again"
            or "back" or "being" or "more" or "other" or "others" or "off" or "after" or "before" or "while" or "once" or "his" or "her" or "off" or "away" or "up" or "down");

    /// <summary>Whether the words hold a verb in the third person, and so are a clause.</summary>
    public static bool IsClause(string words) => Tokens(words).Skip(1).Any(
        t => Auxiliaries.Contains(t) || (SoundLexicon.Gerunds.ContainsKey(t) && t is not ("sounds" or "noises")))
        || PluralVerb().IsMatch(words);

    /// <summary>Whether the words hold a verb of any form.</summary>
    public static bool HasVerb(string words) => IsClause(words) || Tokens(words).Any(t => t.EndsWith("ing", StringComparison.Ordinal) && t.Length > 4);

    /// <summary>Small-letter words of a text from a place on, found as they are asked for.</summary>
    public static IEnumerable<string> Tokens(string words, int from = 0) =>
        Word().Matches(words, from).Select(m => m.Value.ToLowerInvariant());

    private static string FirstWord(string words, int from = 0) => Tokens(words, from).FirstOrDefault("");

    // "whistles blow" begins with a noun that looks like a verb.
    private static bool HasNounAfter(string words, int from) => Tokens(words, from).ElementAtOrDefault(1) is { } second
        && (SoundLexicon.Verbs.ContainsKey(second) && !second.EndsWith("ing", StringComparison.Ordinal) || Auxiliaries.Contains(second));

    private static List<EventJoint> Between(string caption, Regex connectives)
    {
        var end = caption.TrimEnd('.', ' ').Length;
        var matches = connectives.Matches(caption).Where(m => IsJoint(caption, m.Index, m.Index + m.Length, end)).Take(MostPlaces).ToArray();
        return [.. matches.Select((m, i) => new EventJoint(
            caption, m.Index, m.Index + m.Length,
            i == 0 ? 0 : matches[i - 1].Index + matches[i - 1].Length,
            i + 1 < matches.Length ? matches[i + 1].Index : end, RelationOf(m.Value)))];
    }

    private static bool IsJoint(string caption, int start, int next, int end)
    {
        if (next > end) return false;
        var left = caption.AsSpan(0, start).Trim();
        var right = caption.AsSpan(next..end);
        if (left.Length < 3 || right.Trim().Length < 3) return false;
        foreach (var word in NotAnEvent)
            if (right.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (right.Length == word.Length
                ? right.Equals(word, StringComparison.Ordinal) : right[word.Length] == ' ')) return false;
        if (LeftEnds().IsMatch(left[^Math.Min(left.Length, LongestLeftEnd)..])) return false;
        // "and a can then rattles": an adverb, since the subject before it waits for its verb.
        if (!StartsWithVerb(caption, next)) return true;
        var chunk = LastChunk(caption, start);
        return chunk.Length == 0 || HasVerb(chunk) || SoundLexicon.Gerunds.ContainsKey(FirstWord(chunk));
    }

    // What follows the last comma, "and" or "but" before the end; empty if there is none.
    private static string LastChunk(string words, int end) =>
        Separator().Match(words, 0, end) is { Success: true } last ? words[(last.Index + last.Length)..end] : "";

    private static Relation RelationOf(string words) =>
        words.Contains("followed", StringComparison.OrdinalIgnoreCase) ? Relation.FollowedBy
        : AfterWhich().IsMatch(words) || Then().IsMatch(words) ? Relation.Then
        : BeforeWord().IsMatch(words) ? Relation.Before
        : AfterWord().IsMatch(words) ? Relation.After
        : WhileWord().IsMatch(words) ? Relation.While
        : Relation.And;

    private const RegexOptions Any = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"(?<!\s)(?>\s*[,;.]\s+|\s+)((and\s+|but\s+)?((which|that|who)\s+)?((is|are|was|were|being)\s+)?(and\s+)?(then\s+)?((\w+ly|right|soon)\s+)?followed(\s+\w+ly|\s+up)?(\s+(by|with|my))?"
        + @"|after\s+(which|when|a\s+few\s+(seconds|moments|minutes))(\s+time)?,?|(and\s+|but\s+)?((shortly|right|just|soon|immediately|quickly)\s+)?(before|after|following)"
        + @"|(and\s+|but\s+)?(finally\s+)?then,?|and\s+finally|(and\s+)?(while|whilst)"
        + @"|(?<!\b(such|same|well|far|long|much|soon|loud|sounds|like|just|known|not))as(?!\s+(well|if|though|it\b|he\b|a\s+whole|usual)))\s+(?=\S)", Any)]
    private static partial Regex Temporal();

    [GeneratedRegex(@"(?<!\s)(?>\s*,\s+|\s+)(and|with)\s+(?=\S)|,\s+(?=\S)", Any)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(?=[^,]*,\s+\S)(?<word>after|before|while|as)\s+(?<first>[^,]{3,}),\s+(?=\S)", Any)]
    private static partial Regex Leading();

    [GeneratedRegex(@",\s|\b(and|but)\s", Any | RegexOptions.RightToLeft)]
    private static partial Regex Separator();

    [GeneratedRegex(@"\b(before|after|and|with|of|a|the|while|as|such|well|just|same|same time)\s*$", Any)]
    private static partial Regex LeftEnds();

    [GeneratedRegex(@"\b(people|men|women|children|adults|kids|birds|dogs|ducks|cats|pigeons|bees|insects|engines|vehicles|cars|bells|sirens|horns|girls|boys|males|females|others|voices|someone|it|they|waves|blades|tires|frogs|goats|horses|pigs|guns|they)\s+(\w+ly\s+)?(talk|speak|laugh|occur|chirp|bark|quack|bleat|oink|neigh|croak|buzz|coo|run|rev|idle|pass|ring|blow|honk|cheer|clap|applaud|sing|shout|yell|scream|wail|sound|spin|squeal|squeak|tweet|race|drive|cry|cough|fire|crash|play|make|go|communicate|converse|talk|call|start|whistle)\b", Any)]
    private static partial Regex PluralVerb();

    [GeneratedRegex(@"after\s+(which|when|a\s+few)", Any)]
    private static partial Regex AfterWhich();

    [GeneratedRegex(@"\b(then|finally)\b", Any)]
    private static partial Regex Then();

    [GeneratedRegex(@"\bbefore\b", Any)]
    private static partial Regex BeforeWord();

    [GeneratedRegex(@"\b(after|following)\b", Any)]
    private static partial Regex AfterWord();

    [GeneratedRegex(@"\b(while|whilst|as)\b", Any)]
    private static partial Regex WhileWord();

    [GeneratedRegex("[A-Za-z][A-Za-z'-]*")]
    internal static partial Regex Word();
}

/// <summary>A connective between two events of a caption.</summary>
/// <param name="Caption">The whole caption.</param>
/// <param name="Start">Where the connective starts, with its comma and blank.</param>
/// <param name="End">Where the right event starts.</param>
/// <param name="From">Where the left event starts: after the joint before.</param>
/// <param name="To">Where the right event ends: before the joint after.</param>
/// <param name="Relation">What the connective says.</param>
internal sealed record EventJoint(string Caption, int Start, int End, int From, int To, Relation Relation)
{
    public string Left => Caption[From..Start];

    public string Right => Caption[End..To];

    public string Words => Caption[Start..End];

    /// <summary>Everything before the connective.</summary>
    public string Head => Caption[..Start];

    /// <summary>Everything after the right event.</summary>
    public string Tail => Caption[To..];
}

/// <summary>What a caption says of the order of two events.</summary>
internal enum Relation
{
    /// <summary>Left first, the right one in any form: "then".</summary>
    Then,

    /// <summary>Left first, the right one a noun or gerund: "followed by".</summary>
    FollowedBy,

    /// <summary>Left first: "before".</summary>
    Before,

    /// <summary>Right first: "after", "following".</summary>
    After,

    /// <summary>Together: "while", "as".</summary>
    While,

    /// <summary>No order told: "and", "with".</summary>
    And,
}
