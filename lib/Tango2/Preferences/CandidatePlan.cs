using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tango2.Files;
using Tango2.Tensors;

namespace Tango2.Preferences;

/// <summary>A clip to be generated as a candidate: all that is needed to make it, and what it will be judged against.</summary>
/// <param name="Number">Of the prompt.</param>
/// <param name="Role">"original", "steps-5", "sample-2", "perturbed-1", "reordered-3", …; with the number it is its identity.</param>
/// <param name="Prompt">What it will be judged against.</param>
/// <param name="Text">What it is generated from: the prompt, or a perturbed one.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Seed">Of its noise.</param>
public sealed record PlannedClip(int Number, string Role, string Prompt, string Text, int Steps, long Seed)
{
    /// <summary>The clip's name in manifests.</summary>
    public string Id => $"{Number:d5}-{Role}";
}

/// <summary>The clips that the strategies of section 4.1.1 need, of one prompt or of many. A name means one clip.</summary>
/// <remarks>
/// The paper does not say whether strategies share clips. Here the clip of the prompt itself at 50 steps is one: it is
/// among the four of 1.1 and of 1.2, and the winner-to-be of 2 and 3. A plan is kept as a file, so that nobody has to know
/// the seed to know what a clip was.
/// </remarks>
public sealed class CandidatePlan : IReadOnlyList<PlannedClip>
{
    /// <summary>Strategy 1.1's numbers of steps beside <see cref="Steps"/>.</summary>
    public static IReadOnlyList<int> OtherSteps { get; } = [5, 25, 100];

    /// <summary>The steps of every other clip.</summary>
    public const int Steps = 50;

    /// <summary>The guidance scale of every clip.</summary>
    public const double GuidanceScale = 3;

    /// <summary>Perturbations per prompt.</summary>
    public const int Perturbations = 5;

    internal const string Original = "original";

    private const int MoreSamples = 3;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly IReadOnlyList<PlannedClip> _clips;
    private readonly Dictionary<string, PlannedClip> _byName = [];

    /// <summary>A plan of chosen clips.</summary>
    /// <param name="clips">At least one; the same clip may come twice.</param>
    /// <exception cref="ArgumentException">There is none, or two different clips have one name; the message tells it.</exception>
    public CandidatePlan(IEnumerable<PlannedClip> clips)
    {
        _clips = [.. clips];
        if (_clips.Count == 0) throw new ArgumentException("A plan must hold at least one clip, but is empty.");
        foreach (var clip in _clips)
        {
            if (!_byName.TryAdd(clip.Id, clip) && _byName[clip.Id] != clip)
                throw new ArgumentException($"The plan has two clips '{clip.Id}', of '{_byName[clip.Id].Text}' and of "
                    + $"'{clip.Text}': give each prompt a number of its own.");
        }
    }

    /// <inheritdoc/>
    public int Count => _clips.Count;

    /// <inheritdoc/>
    public PlannedClip this[int index] => _clips[index];

    /// <summary>The clips of one prompt; strategy 3 where the prompt has a temporal word (the paper's T2).</summary>
    /// <param name="number">Of the prompt; each in a plan has its own.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="seed">Of noise and perturbations.</param>
    /// <param name="perturber">Makes the wrong prompts.</param>
    public static CandidatePlan For(int number, string prompt, long seed, IPromptPerturber perturber) =>
        new(ClipsFor(number, prompt, seed, perturber));

    /// <summary>The clips of many prompts, numbered from 0, prompt by prompt.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="seed">Of noise and perturbations.</param>
    /// <param name="perturber">Makes the wrong prompts.</param>
    public static CandidatePlan For(IEnumerable<string> prompts, long seed, IPromptPerturber perturber) =>
        new(prompts.Index().SelectMany(prompt => ClipsFor(prompt.Index, prompt.Item, seed, perturber)));

    /// <summary>
    /// Clips for pairs of one noise, each of a number of its own: the prompt's, and those of perturbed prompts from the very same noise,
    /// so that a pair of strategy 2 or 3 differs in little but what was asked. The paper's have noise of their own.
    /// </summary>
    /// <param name="noises">Prompts, each with the seed of a noise; numbered from 0.</param>
    /// <param name="perturbations">Perturbed prompts for each noise and strategy; 0 plans the prompts' own clips alone.</param>
    /// <param name="steps">Denoising steps of every clip, 1 or more.</param>
    /// <param name="seed">Of the perturbations.</param>
    /// <param name="perturber">Makes the wrong prompts.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or there is no prompt.</exception>
    public static CandidatePlan OfOneNoise(
        IEnumerable<(string Prompt, long Noise)> noises, int perturbations, int steps, long seed, IPromptPerturber perturber)
    {
        if (perturbations < 0) throw new ArgumentException($"{nameof(perturbations)} must be 0 or more, but is {perturbations}.");
        if (steps < 1) throw new ArgumentException($"{nameof(steps)} must be 1 or more, but is {steps}.");
        return new(noises.Index().SelectMany(each =>
        {
            var (prompt, noise) = each.Item;
            return (perturbations > 0 ? Perturbed(each.Index, prompt, perturbations, seed, perturber) : [])
                .Prepend((Role: Original, Text: prompt))
                .Select(clip => new PlannedClip(each.Index, clip.Role, prompt, clip.Text, steps, noise));
        }));
    }

    /// <summary>Reads a plan, one clip a line: id, prompt, text, steps and seed.</summary>
    /// <exception cref="InvalidDataException">A line is wrong, or two clips have one name; the message names file and line.</exception>
    public static CandidatePlan Read(string path)
    {
        var clips = Utf8File.Lines(path).Index().Where(line => !string.IsNullOrWhiteSpace(line.Item))
            .Select(line => Clip(line.Item, $"{path}, line {line.Index + 1}"));
        try
        {
            return new(clips);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Writes the plan, as <see cref="Read"/> reads it.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, string.Concat(_clips.Select(clip =>
        JsonSerializer.Serialize(new Line(clip.Id, clip.Prompt, clip.Text, clip.Steps, clip.Seed), Json) + "\n")));

    /// <summary>The clip of a name.</summary>
    /// <param name="name">An id such as "00012-original", or a path that ends in one.</param>
    /// <exception cref="ArgumentException">The plan has no clip of that name; the message tells which.</exception>
    public PlannedClip Named(string name) => _byName.TryGetValue(Path.GetFileName(name), out var clip) ? clip : throw new
        ArgumentException($"The plan has no clip '{Path.GetFileName(name)}'; its names are like '{_byName.Keys.First()}'.");

    /// <summary>Refuses a pair whose clips the plan lacks, makes for another prompt, or makes alike.</summary>
    /// <exception cref="ArgumentException">The pair is of another plan; the message names the clip and both prompts.</exception>
    public void Check(PreferencePair pair)
    {
        var (winner, loser) = (Named(pair.Winner), Named(pair.Loser));
        if (winner == loser)
            throw new ArgumentException($"The pair of '{pair.Prompt}': chosen and rejected must be two sounds, but are one and the "
                + $"same, '{winner.Id}': remove the pair.");
        foreach (var clip in new[] { winner, loser })
            if (clip.Prompt != pair.Prompt)
                throw new ArgumentException($"The clip '{clip.Id}' is planned for the prompt '{clip.Prompt}', but its pair "
                    + $"is of '{pair.Prompt}': the pair is of another plan, so give the plan that it was made by.");
        if ((winner.Text, winner.Steps, winner.Seed) == (loser.Text, loser.Steps, loser.Seed))
            throw new ArgumentException(
                $"The clips '{winner.Id}' and '{loser.Id}' of a pair are one sound, of one text, steps and seed: remove the pair.");
    }

    /// <inheritdoc/>
    public IEnumerator<PlannedClip> GetEnumerator() => _clips.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static List<PlannedClip> ClipsFor(int number, string prompt, long seed, IPromptPerturber perturber)
    {
        var plan = new List<PlannedClip>();
        void Add(string role, string text, int steps) =>
            plan.Add(new(number, role, prompt, text, steps, Seeds.Derive(seed, $"candidates/{role}", number)));

        Add(Original, prompt, Steps);
        foreach (var steps in OtherSteps) Add($"steps-{steps}", prompt, steps);
        for (var i = 1; i <= MoreSamples; i++) Add($"sample-{i}", prompt, Steps);
        foreach (var (role, text) in Perturbed(number, prompt, Perturbations, seed, perturber)) Add(role, text, Steps);
        return plan;
    }

    // Of strategy 2, and of strategy 3 where the prompt has a temporal word.
    private static IEnumerable<(string Role, string Text)> Perturbed(
        int number, string prompt, int perturbations, long seed, IPromptPerturber perturber)
    {
        IEnumerable<(string Role, string Text)> Of(string role, Strategy strategy) =>
            perturber.Perturb(prompt, strategy, perturbations, Seeds.Random(seed, $"candidates/{role}", number))
                .Select((wrong, i) => ($"{role}-{i + 1}", wrong.Text));
        var wrong = Of("perturbed", Strategy.Perturbed);
        return TemporalWords.In(prompt) ? wrong.Concat(Of("reordered", Strategy.TemporallyPerturbed)) : wrong;
    }

    private static PlannedClip Clip(string text, string where)
    {
        Line line;
        try
        {
            line = JsonSerializer.Deserialize<Line>(text, Json) ?? throw new JsonException("it is null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{where}: must hold id, prompt, text, steps and seed: {error.Message}", error);
        }
        var dash = line.Id.IndexOf('-', StringComparison.Ordinal);
        if (dash < 1 || dash + 1 == line.Id.Length
            || !int.TryParse(line.Id.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new InvalidDataException($"{where}: id must be a number, - and a role, such as 00012-original, but is '{line.Id}'.");
        if (line.Steps < 1) throw new InvalidDataException($"{where}: steps must be 1 or more, but is {line.Steps}.");
        return new(number, line.Id[(dash + 1)..], line.Prompt, line.Text, line.Steps, line.Seed);
    }

    private sealed record Line(string Id, string Prompt, string Text, int Steps, long Seed);
}
