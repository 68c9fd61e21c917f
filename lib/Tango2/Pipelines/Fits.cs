namespace Tango2.Pipelines;

/// <summary>Refuses parts of a pipeline that do not fit together, before tensors meet that would not say why.</summary>
internal static class Fits
{
    /// <summary>Two sizes that must be one.</summary>
    /// <param name="found">The size.</param>
    /// <param name="wanted">What it must be.</param>
    /// <param name="what">Whose it is.</param>
    /// <param name="other">Whose the other is.</param>
    /// <exception cref="ArgumentException">They differ; the message tells both.</exception>
    public static void Same(long found, long wanted, string what, string other)
    {
        if (found != wanted)
            throw Wrong($"{what}, {found}, must be {other}, {wanted}");
    }

    /// <summary>A size that must not be above another.</summary>
    /// <inheritdoc cref="Same"/>
    public static void Within(long found, long most, string what, string other)
    {
        if (found > most)
            throw Wrong($"{what}, {found}, must be at most {other}, {most}");
    }

    private static ArgumentException Wrong(string why) => new($"The networks do not fit together: {why}.");
}
