namespace Tango2.Mini.Foley;

/// <summary>The exact truth about when each event sounds, in frames.</summary>
internal static class EventLabels
{
    /// <summary>Length of a frame of the shipped labels, in seconds.</summary>
    public const double FrameSeconds = 0.04;

    /// <summary>Which event sounds in which frame.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="frameSeconds">Length of a frame, in seconds.</param>
    /// <returns>
    /// [T, K], 1 where a stroke of event k covers at least half of frame t and else 0; K is the number of
    /// <see cref="SoundEvents"/>.
    /// </returns>
    public static float[,] Frames(Scene scene, double frameSeconds = FrameSeconds)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameSeconds);
        var labels = new float[(int)Math.Round(scene.Seconds / frameSeconds), SoundEvents.All.Count];
        foreach (var placed in scene.Events)
        {
            foreach (var stroke in placed.Repetitions)
            {
                Mark(labels, placed.Event.Index, stroke, frameSeconds);
            }
        }
        return labels;
    }

    /// <summary>Which events occur at all: [K], 1 or 0.</summary>
    public static float[] Clip(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var labels = new float[SoundEvents.All.Count];
        foreach (var placed in scene.Events)
        {
            labels[placed.Event.Index] = 1;
        }
        return labels;
    }

    private static void Mark(float[,] labels, int column, Repetition stroke, double frameSeconds)
    {
        for (var t = 0; t < labels.GetLength(0); t++)
        {
            var covered = Math.Min(stroke.Offset, (t + 1) * frameSeconds) - Math.Max(stroke.Onset, t * frameSeconds);
            if (covered >= 0.5 * frameSeconds)
            {
                labels[t, column] = 1;
            }
        }
    }
}
