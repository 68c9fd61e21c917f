namespace Tango2.Mini.Foley;

/// <summary>How often captions of scraped data are wrong; each fault is drawn by itself.</summary>
/// <param name="Swapped">Probability that a sequence's order is swapped.</param>
/// <param name="Replaced">Probability that one event is called by another's name.</param>
/// <param name="Dropped">Probability that one of several events is not mentioned.</param>
internal sealed record CaptionNoise(double Swapped = 0, double Replaced = 0, double Dropped = 0)
{
    /// <summary>True captions.</summary>
    public static CaptionNoise None { get; } = new();

    /// <summary>The faults of the captions that the base model is trained on; TRAINING.md tells why.</summary>
    public static CaptionNoise Scraped { get; } = new(Swapped: 0.10, Replaced: 0.08, Dropped: 0.10);
}
