namespace Tango2.Mini.Foley;

/// <summary>The part of the corpus that a clip belongs to; no caption and no scene seed is in two parts.</summary>
public enum FoleySplit
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To tune on: the same pairs of events as in training, in other words and sounds.</summary>
    Validation,

    /// <summary>To report on: every scene of several events has two that are never heard together in training.</summary>
    Test,
}
