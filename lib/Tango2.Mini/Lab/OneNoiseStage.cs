namespace Tango2.Mini.Lab;

/// <summary>The data of the recipe for the paper's guidance: <see cref="OneNoisePairs"/> of the base model.</summary>
internal static class OneNoiseStage
{
    private const string Name = "one-noise";

    /// <summary>Prompts of all clips; online rounds share as many among them.</summary>
    public const int Prompts = 768;

    /// <summary>Its pairs, which lie in the work folder and are not shipped.</summary>
    public static LabProduct Product { get; } = new("the pairs of one noise", Name, options => [Of(options).ScoresPath]);

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "six clips of each prompt, and of perturbed prompts from the noise of the best",
        options => Of(options).Make(options.ModelsOnDevice.TextToAudio()), Test)
    {
        Needs = [.. LabProduct.Generating, .. LabProduct.Filtering],
        Makes = [Product],
    };

    /// <summary>Where its prompts come from.</summary>
    public static IEnumerable<Foley.FoleyClip> Scenes(LabOptions options) => OneNoisePairs.Scenes(options, 0, options.Scaled(Prompts, 8));

    /// <summary>The pairs.</summary>
    /// <exception cref="InvalidDataException">They belong to another run; the message tells what differs.</exception>
    public static OneNoisePairs Pairs(LabOptions options)
    {
        StageFolder.Check(options, Stage);
        return Of(options);
    }

    private static OneNoisePairs Of(LabOptions options) => new(options, StageFolder.PathOf(options, Name), 0, options.Scaled(Prompts, 8));

    private static Dictionary<string, double> Test(LabOptions options)
    {
        var all = Pairs(options).Candidates();
        return new() { ["pairs"] = all.Count, ["pairs kept"] = MiniScale.GuidedFilter.Keep(all).Count };
    }
}
