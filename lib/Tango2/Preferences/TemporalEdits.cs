using System.Text.RegularExpressions;

namespace Tango2.Preferences;

/// <summary>Strategy 3: reorders a caption's events, drops one, replaces one or adds one.</summary>
internal static partial class TemporalEdits
{
    /// <summary>All edits of a caption, in a fixed order and with repeats.</summary>
    public static IEnumerable<(string Text, PerturbationKind Kind)> Of(string caption)
    {
        var joints = CaptionEvents.Joints(caption);
        foreach (var text in Opened(caption)) yield return (text, PerturbationKind.Order);
        foreach (var joint in joints)
            foreach (var text in Turned(joint))
                yield return (text, PerturbationKind.Order);
        if (joints is [var only])
            foreach (var text in Swapped(only))
                yield return (text, PerturbationKind.Order);
        foreach (var text in Dropped(caption, joints)) yield return (text, PerturbationKind.Dropped);
        foreach (var text in Replaced(caption, joints)) yield return (text, PerturbationKind.Replaced);
        foreach (var text in Added(caption)) yield return (text, PerturbationKind.Added);
    }

    // "After X, Y" to "Before X, Y".
    private static IEnumerable<string> Opened(string caption)
    {
        var opening = CaptionEvents.Opening(caption);
        if (!opening.Success || NotTime().IsMatch(opening.Groups["first"].Value)) yield break;
        var word = opening.Groups["word"];
        string[] others = word.Value.ToLowerInvariant() switch
        {
            "after" => ["before"],
            "before" => ["after"],
            _ => ["before", "after"],
        };
        foreach (var other in others) yield return English.LikeCase(other, word.Value) + caption[word.Length..];
    }

    // "A then B" to "A after B": the words stay, their order in time turns.
    private static IEnumerable<string> Turned(EventJoint joint)
    {
        string[] words = joint.Relation switch
        {
            Relation.Then or Relation.FollowedBy => [" after "],
            Relation.Before => [" after "],
            Relation.After => [" before "],
            _ => [" before ", " after "],
        };
        var adverb = joint.Relation is Relation.Before or Relation.After ? Adverb().Match(joint.Words).Value : "";
        foreach (var word in words)
        {
            var text = Unnumbered(joint.Head) + (adverb.Length > 0 ? " " + adverb.ToLowerInvariant() : "") + word + Subordinate(joint.Right) + joint.Tail;
            yield return text;
        }
    }

    // "A then B" to "B then A".
    private static IEnumerable<string> Swapped(EventJoint joint)
    {
        var (left, right) = (English.Small(Unnumbered(joint.Left)), English.Capital(joint.Right));
        if (char.IsLower(joint.Caption[0])) right = joint.Right;
        if (!CaptionEvents.IsFull(joint.Right) || !CaptionEvents.IsFull(joint.Left) || Bound().IsMatch(joint.Right)
            || CaptionEvents.Opening(joint.Caption).Success || joint.Left.Contains(',', StringComparison.Ordinal)) yield break;
        var stop = Stop(joint.Caption);
        if (joint.Relation == Relation.FollowedBy && !CaptionEvents.IsClause(left)) yield return $"{right} followed by {left}{stop}";
        else if (joint.Relation is Relation.Before or Relation.After) yield return right + joint.Words + left + stop;
        else yield return $"{right}, then {left}{stop}";
    }

    private static IEnumerable<string> Dropped(string caption, IReadOnlyList<EventJoint> joints)
    {
        if (joints.Count == 0) yield break;
        var opened = CaptionEvents.Opening(caption);
        if (opened.Success) yield return English.Capital(caption[opened.Length..]);
        if (CaptionEvents.HasVerb(joints[^1].Left) || joints[^1].Left.Contains(' ', StringComparison.Ordinal))
            yield return Unnumbered(joints[^1].Head) + Stop(caption);
        if (!opened.Success && CaptionEvents.IsFull(joints[0].Right) && !Bound().IsMatch(joints[0].Right))
            yield return English.LikeCase(caption[joints[0].End..], caption);
    }

    private static IEnumerable<string> Replaced(string caption, IReadOnlyList<EventJoint> joints)
    {
        if (joints.Count == 0) yield break;
        var (first, last) = (joints[0], joints[^1]);
        var asClause = last.Relation switch
        {
            Relation.FollowedBy => false,
            Relation.Then when last.Words.Contains("which", StringComparison.OrdinalIgnoreCase) => true,
            Relation.Then or Relation.And => CaptionEvents.IsClause(last.Left)
                && !last.Words.Contains("with", StringComparison.OrdinalIgnoreCase),
            _ => true,
        };
        var (mayFollow, firstAsClause) = (MayFollow(first.Right) && !CaptionEvents.Opening(caption).Success, CaptionEvents.IsClause(first.Left));
        foreach (var (clause, gerund, _) in Foreign(caption))
        {
            yield return last.Head + last.Words + (asClause ? clause : gerund) + Stop(caption);
            if (mayFollow) yield return English.LikeCase(firstAsClause ? clause : gerund, caption) + caption[first.Start..];
        }
    }

    // Whether an event may stay when the one before it changes.
    private static bool MayFollow(string right) =>
        CaptionEvents.IsFull(right) && !CaptionEvents.StartsWithGerund(right) && !Bound().IsMatch(right);

    private static IEnumerable<string> Added(string caption)
    {
        var body = caption.TrimEnd('.', ' ');
        var isClause = CaptionEvents.IsClause(body);
        foreach (var (clause, gerund, _) in Foreign(caption))
            yield return isClause ? $"{body}, then {clause}{Stop(caption)}" : $"{body} followed by {gerund}{Stop(caption)}";
    }

    private static IEnumerable<(string Clause, string Gerund, string Word)> Foreign(string caption) =>
        SoundLexicon.Events.Where(e => !caption.Contains(e.Word, StringComparison.OrdinalIgnoreCase));

    // After "before" and "after" a verb without a subject takes -ing, also after an "and".
    private static string Subordinate(string words)
    {
        words = English.Small(words);
        if (!CaptionEvents.StartsWithVerb(words)) return words;
        return VerbPlace().Replace(words, m => SoundLexicon.Gerunds.TryGetValue(m.Value.ToLowerInvariant(), out var gerund) ? gerund
            : m.Value is "is" or "are" or "was" or "were" ? "being" : m.Value);
    }

    private static string Unnumbered(string words) =>
        words.StartsWith("first ", StringComparison.OrdinalIgnoreCase) ? English.LikeCase(words[6..], words) : words;

    private static string Stop(string caption) => caption.TrimEnd().EndsWith('.') ? "." : "";

    [GeneratedRegex(@"^\w+|(?<=\band\s)\w+|(?<=,\s)\w+", RegexOptions.IgnoreCase)]
    private static partial Regex VerbPlace();

    [GeneratedRegex(@"\b(shortly|right|just|soon|immediately)(?=\s)", RegexOptions.IgnoreCase)]
    private static partial Regex Adverb();

    [GeneratedRegex(@"\b(again|at the end|to end|continues?|also|itself|another|same|resum\w+|stops?)\b|\b(more|louder)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Bound();

    [GeneratedRegex(@"^(a few|some time|which|a while|being|well)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NotTime();
}
