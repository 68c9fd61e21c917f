namespace Tango2.Mini.Foley;

/// <summary>How often each structure is drawn; weights need not sum to one.</summary>
/// <param name="Single">One event.</param>
/// <param name="Pair">A sequence of two events.</param>
/// <param name="While">Two events that overlap.</param>
/// <param name="Background">One or two events over a continuous background.</param>
/// <param name="Longer">A sequence of three or four events.</param>
public sealed record SceneMix(
    double Single = 0.20, double Pair = 0.40, double While = 0.15, double Background = 0.10, double Longer = 0.15)
{
    /// <summary>The mix of the shipped corpus.</summary>
    public static SceneMix Default { get; } = new();

    /// <summary>Only single events: for teaching and testing the sounds themselves.</summary>
    public static SceneMix Singles { get; } = new(1, 0, 0, 0, 0);

    /// <summary>Only sequences: for questions of order.</summary>
    public static SceneMix Sequences { get; } = new(0, 0.7, 0, 0, 0.3);

    /// <summary>Only sequences of two events: what OER is defined for.</summary>
    public static SceneMix Pairs { get; } = new(0, 1, 0, 0, 0);

    /// <summary>Length of a clip in seconds, at least 2.</summary>
    public double Seconds { get; init; } = 2.56;

    internal (SceneStructure Structure, int Events) Draw(Random random)
    {
        Check();
        var x = random.NextDouble() * (Single + Pair + While + Background + Longer);
        var more = random.Next(2);
        if ((x -= Single) < 0)
        {
            return (SceneStructure.Single, 1);
        }
        if ((x -= Pair) < 0)
        {
            return (SceneStructure.Sequence, 2);
        }
        if ((x -= While) < 0)
        {
            return (SceneStructure.While, 2);
        }
        return x - Background < 0 && Background > 0 ? (SceneStructure.Background, 2 + more)
            : Longer > 0 ? (SceneStructure.Sequence, 3 + more)
            : Last();
    }

    // Rounding may leave the draw past the last weight: take the last structure that has one.
    private (SceneStructure Structure, int Events) Last() =>
        Background > 0 ? (SceneStructure.Background, 2)
        : While > 0 ? (SceneStructure.While, 2)
        : Pair > 0 ? (SceneStructure.Sequence, 2)
        : (SceneStructure.Single, 1);

    private void Check()
    {
        double[] weights = [Single, Pair, While, Background, Longer];
        if (weights.Any(weight => !(weight >= 0)) || !(weights.Sum() > 0))
        {
            throw new ArgumentException(
                $"A scene mix needs weights of at least 0 and one above, but has [{string.Join(", ", weights)}].");
        }
        if (!(Seconds >= 2))
        {
            throw new ArgumentException($"A clip must be at least 2 seconds long to hold four events, not {Seconds}.");
        }
    }
}
