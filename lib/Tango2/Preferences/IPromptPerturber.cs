namespace Tango2.Preferences;

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
