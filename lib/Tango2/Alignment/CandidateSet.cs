using Tango2.Checkpoints;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Alignment;

/// <summary>The candidate clips of a plan, as latents (Tango 2, section 4.1.1).</summary>
public sealed class CandidateSet : IDisposable
{
    private const int Batch = 32, Heard = 64;
    private const string Key = "latents";

    private readonly Dictionary<string, int> _rows;

    /// <summary>Takes the latents over.</summary>
    /// <param name="plan">n clips.</param>
    /// <param name="latents">[n, C, T, F], in the plan's order.</param>
    /// <exception cref="ArgumentException">There are not as many latents as clips.</exception>
    public CandidateSet(CandidatePlan plan, Tensor latents)
    {
        if (latents.shape[0] != plan.Count)
            throw new ArgumentException($"Each of {plan.Count} planned clips needs latents, but there are {latents.shape[0]}.");
        (Plan, Latents) = (plan, latents.DetachFromDisposeScope());
        _rows = plan.Select((clip, row) => (clip.Id, row)).DistinctBy(c => c.Id).ToDictionary(c => c.Id, c => c.row);
    }

    /// <summary>What the clips were made by.</summary>
    public CandidatePlan Plan { get; }

    /// <summary>[n, C, T, F], in the plan's order.</summary>
    public Tensor Latents { get; }

    /// <summary>Generates all clips of a plan, in memory.</summary>
    /// <param name="tango">The model before alignment.</param>
    /// <param name="plan">The clips.</param>
    public static CandidateSet Generate(TextToAudio tango, CandidatePlan plan)
    {
        using var scope = NewDisposeScope();
        return Assembled(plan, batch => Made(tango, batch));
    }

    /// <summary>Generates the clips of a plan into a folder; batches that are there are kept.</summary>
    /// <param name="tango">The model before alignment.</param>
    /// <param name="plan">The clips.</param>
    /// <param name="folder">It is for this plan, model and sampler alone.</param>
    /// <param name="sampler">The sampler; the paper's is DDPM.</param>
    /// <returns>The batches done; the work is made as they are read.</returns>
    public static IEnumerable<Progress> Generate(
        TextToAudio tango, CandidatePlan plan, string folder, Sampler sampler = Sampler.Ddpm)
    {
        CandidateBatch[] batches = [.. Batches(plan)];
        foreach (var (i, batch) in batches.Index())
        {
            var path = batch.PathIn(folder);
            if (!File.Exists(path))
            {
                using var scope = NewDisposeScope();
                SafeTensors.Write(path, [new(Key, Made(tango, batch, sampler).to(float16))]);
            }
            yield return new(i + 1, batches.Length);
        }
    }

    /// <summary>Reads what was generated into a folder.</summary>
    /// <exception cref="FileNotFoundException">A batch is missing; the message names its file.</exception>
    public static CandidateSet Read(CandidatePlan plan, string folder)
    {
        using var scope = NewDisposeScope();
        return Assembled(plan, batch =>
        {
            var path = batch.PathIn(folder);
            return File.Exists(path) ? SafeTensors.Read(path)[Key].to(float32) : throw new FileNotFoundException(
                $"{path} does not exist: generate the candidates first, or all of them.", path);
        });
    }

    /// <summary>The files that a plan's clips lie in.</summary>
    public static IEnumerable<string> Paths(CandidatePlan plan, string folder) =>
        Batches(plan).Select(batch => batch.PathIn(folder));

    /// <summary>The sound of all clips, part by part; each part's sound is freed when the next is asked for.</summary>
    /// <param name="tango">Whose latents they are.</param>
    /// <returns>Clips of the plan, in its order, and their waveforms [b, N].</returns>
    public IEnumerable<(IReadOnlyList<PlannedClip> Clips, Tensor Sound)> Sounds(TextToAudio tango)
    {
        for (var first = 0; first < Plan.Count; first += Heard)
        {
            PlannedClip[] clips = [.. Plan.Skip(first).Take(Heard)];
            using var part = Latents.narrow(0, first, clips.Length);
            using var sound = tango.Decode(part);
            yield return (clips, sound);
        }
    }

    /// <summary>The latents [n, C, T, F] of named clips.</summary>
    /// <param name="names">Ids, or paths that end in one.</param>
    /// <exception cref="ArgumentException">The plan has no clip of a name; the message tells which.</exception>
    public Tensor LatentsOf(IEnumerable<string> names) => Latents.Rows(RowsOf(names));

    /// <inheritdoc/>
    public void Dispose() => Latents.Dispose();

    internal int[] RowsOf(IEnumerable<string> names) => [.. names.Select(name => _rows[Plan.Named(name).Id])];

    private static CandidateSet Assembled(CandidatePlan plan, Func<CandidateBatch, Tensor> latents)
    {
        CandidateBatch[] batches = [.. Batches(plan)];
        using var all = cat([.. batches.Select(latents)]);
        using var order = tensor([.. batches.SelectMany(batch => batch.Rows.Select(row => (long)row))], device: all.device).argsort();
        return new(plan, all.index_select(0, order));
    }

    private static Tensor Made(TextToAudio tango, CandidateBatch batch, Sampler sampler = Sampler.Ddpm) => tango.Latents(
        [.. batch.Clips.Select(c => c.Text)], [.. batch.Clips.Select(c => c.Seed)],
        new() { Sampler = sampler, Steps = batch.Clips[0].Steps, GuidanceScale = CandidatePlan.GuidanceScale });

    // Clips of one number of steps are walked together.
    private static IEnumerable<CandidateBatch> Batches(CandidatePlan plan) => plan.Index()
        .GroupBy(clip => clip.Item.Steps).OrderBy(group => group.Key)
        .SelectMany(group => group.Chunk(Batch).Select((clips, i) => new CandidateBatch(
            $"{group.Key:d3}-{i:d4}", [.. clips.Select(c => c.Item)], [.. clips.Select(c => c.Index)])));

    private sealed record CandidateBatch(string Name, PlannedClip[] Clips, int[] Rows)
    {
        public string PathIn(string folder) => Path.Combine(folder, $"{Name}.safetensors");
    }
}
