namespace Tango2.Preferences;

/// <summary>What a perturbation changes.</summary>
public enum PerturbationKind
{
    /// <summary>What makes the sound, and its voice with it.</summary>
    Source,

    /// <summary>What it does.</summary>
    Action,

    /// <summary>How or where: loud, fast, far.</summary>
    Manner,

    /// <summary>The same events in another order.</summary>
    Order,

    /// <summary>One event is not mentioned.</summary>
    Dropped,

    /// <summary>One event is another.</summary>
    Replaced,

    /// <summary>There is one event more.</summary>
    Added,

    /// <summary>Written by a language model, which does not say.</summary>
    Free,
}
