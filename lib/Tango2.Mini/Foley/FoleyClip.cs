using Tango2.Tensors;

namespace Tango2.Mini.Foley;

/// <summary>A clip of the mini corpus: its scene, its words and, on demand, its sound.</summary>
/// <param name="Index">Number within its part of the corpus.</param>
/// <param name="Split">That part.</param>
/// <param name="Scene">What happens.</param>
/// <param name="Caption">A true caption.</param>
public sealed record FoleyClip(long Index, FoleySplit Split, Scene Scene, string Caption)
{
    /// <summary>The samples at 16 kHz, peak 0.5; rendered anew at each call, since keeping them costs more.</summary>
    public float[] Render() => FoleyWorld.Render(Scene);

    /// <summary>Another true caption, also of this clip's part; variant 0 is <see cref="Caption"/>.</summary>
    public string CaptionVariant(long variant) => Foley.Caption.Variant(Scene, variant, Split);

    /// <summary>A caption that may be wrong, as scraped captions are; always the same for the same clip.</summary>
    internal string NoisyCaption(CaptionNoise noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        var random = Seeds.Random(Scene.Seed, "caption noise");
        double swap = random.NextDouble(), replace = random.NextDouble(), drop = random.NextDouble();
        var told = Scene;
        if (swap < noise.Swapped && Scene.Structure == SceneStructure.Sequence)
        {
            told = told.WithOrderSwapped(random);
        }
        if (replace < noise.Replaced)
        {
            told = told.WithEventReplaced(random);
        }
        if (drop < noise.Dropped && told.Events.Count > 1)
        {
            told = told.WithEventDropped(random);
        }
        return ReferenceEquals(told, Scene) ? Caption : Foley.Caption.Variant(told, 0, Split);
    }
}
