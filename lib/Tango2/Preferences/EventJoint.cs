namespace Tango2.Preferences;

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
