namespace Tango2.Preferences;

/// <summary>A caption that is somewhat wrong for the original's clip.</summary>
/// <param name="Text">The caption; never the original's.</param>
/// <param name="Strategy">2 or 3.</param>
/// <param name="Kind">What was changed.</param>
public sealed record Perturbation(string Text, Strategy Strategy, PerturbationKind Kind);

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

/// <summary>Makes captions that are related to a prompt but wrong, from which losing clips are generated.</summary>
public interface IPromptPerturber
{
    /// <summary>Up to <paramref name="count"/> different perturbations, none equal to the prompt.</summary>
    /// <param name="prompt">A caption.</param>
    /// <param name="strategy">2 (what is heard) or 3 (in which order).</param>
    /// <param name="count">How many are wanted; five in the paper. Fewer come where the prompt allows no more.</param>
    /// <param name="random">The same state gives the same captions, where the perturber is not a model elsewhere.</param>
    IReadOnlyList<Perturbation> Perturb(string prompt, Strategy strategy, int count, Random random);
}
