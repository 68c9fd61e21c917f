using Tango2.Tensors;

namespace Tango2.Preferences;

/// <summary>A clip to be generated as a candidate.</summary>
/// <param name="Prompt">Index of the prompt it will be judged against.</param>
/// <param name="Role">"original", "steps-5", "sample-2", "perturbed-1", "reordered-3", …; with Prompt it is its identity.</param>
/// <param name="Text">The text it is generated from.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Seed">Of its noise.</param>
public sealed record PlannedClip(int Prompt, string Role, string Text, int Steps, long Seed)
{
    /// <summary>The clip's name in manifests.</summary>
    public string Id => $"{Prompt:d5}-{Role}";
}

/// <summary>Which clips the strategies of section 4.1.1 need for a prompt.</summary>
/// <remarks>
/// The paper does not say whether strategies share clips. Here the clip of the prompt itself at 50 steps is one: it is
/// among the four of 1.1 and of 1.2, and the winner-to-be of 2 and 3.
/// </remarks>
public static class CandidatePlan
{
    /// <summary>Strategy 1.1's numbers of steps beside <see cref="Steps"/>.</summary>
    public static IReadOnlyList<int> OtherSteps { get; } = [5, 25, 100];

    /// <summary>The steps of every other clip.</summary>
    public const int Steps = 50;

    /// <summary>The guidance scale of every clip.</summary>
    public const double GuidanceScale = 3;

    /// <summary>Perturbations per prompt.</summary>
    public const int Perturbations = 5;

    /// <summary>The role of the clip of the prompt itself at <see cref="Steps"/> steps.</summary>
    internal const string Original = "original";

    /// <summary>Whether clips of a role are made from the prompt itself, not from a perturbed one.</summary>
    internal static bool IsOfPrompt(string role) => role == Original
        || role.StartsWith("steps-", StringComparison.Ordinal) || role.StartsWith("sample-", StringComparison.Ordinal);

    private const int MoreSamples = 3;

    /// <summary>The clips of one prompt; strategy 3 where the prompt has a temporal word (the paper's T2).</summary>
    /// <param name="prompt">Its index.</param>
    /// <param name="text">The prompt.</param>
    /// <param name="seed">Of noise and perturbations.</param>
    /// <param name="perturber">Makes the wrong prompts.</param>
    public static IReadOnlyList<PlannedClip> For(int prompt, string text, long seed, IPromptPerturber perturber)
    {
        var plan = new List<PlannedClip>();
        void Add(string role, string from, int steps) =>
            plan.Add(new(prompt, role, from, steps, Seeds.Derive(seed, $"candidates/{role}", prompt)));

        Add(Original, text, Steps);
        foreach (var steps in OtherSteps) Add($"steps-{steps}", text, steps);
        for (var i = 1; i <= MoreSamples; i++) Add($"sample-{i}", text, Steps);
        AddPerturbed("perturbed", Strategy.Perturbed);
        if (TemporalWords.In(text)) AddPerturbed("reordered", Strategy.TemporallyPerturbed);
        return plan;

        void AddPerturbed(string role, Strategy strategy)
        {
            var random = Seeds.Random(seed, $"candidates/{role}", prompt);
            var number = 0;
            foreach (var wrong in perturber.Perturb(text, strategy, Perturbations, random))
                Add($"{role}-{++number}", wrong.Text, Steps);
        }
    }

    /// <summary>All candidate pairs of one prompt (section 4.1.2) from its scored clips.</summary>
    /// <param name="text">The prompt.</param>
    /// <param name="clips">The plan's clips with their scores.</param>
    /// <param name="model">Index of the CLAP model that ranks.</param>
    /// <exception cref="ArgumentException">The clips are not those of one plan, or a score is missing or not finite.</exception>
    public static IReadOnlyList<PreferencePair> Pairs(
        string text, IReadOnlyList<(PlannedClip Clip, ScoredClip Scored)> clips, int model = 0)
    {
        ScoredClip[] With(string start) => [.. clips
            .Where(c => c.Clip.Role == Original || c.Clip.Role.StartsWith(start, StringComparison.Ordinal))
            .Select(c => c.Scored)];
        if (With(Original).Length != 1)
            throw new ArgumentException(
                $"The clips of '{text}' must hold one of the role '{Original}', but hold {With(Original).Length}.");
        var original = With(Original)[0];
        return
        [
            .. CandidatePairs.BestAgainstOthers(text, Strategy.DenoisingSteps, With("steps-"), model),
            .. CandidatePairs.BestAgainstOthers(text, Strategy.Samples, With("sample-"), model),
            .. CandidatePairs.AgainstPerturbed(text, Strategy.Perturbed, original, With("perturbed-").Skip(1), model),
            .. CandidatePairs.AgainstPerturbed(
                text, Strategy.TemporallyPerturbed, original, With("reordered-").Skip(1), model),
        ];
    }
}
