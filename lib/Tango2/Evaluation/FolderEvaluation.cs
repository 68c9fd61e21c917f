using Tango2.Metrics;
using Tango2.Pipelines;
using Tango2.Tensors;

namespace Tango2.Evaluation;

/// <summary>Measures a folder of generated clips against a folder of reference clips, as audioldm_eval and the paper's scripts do.</summary>
/// <remarks>
/// Each network is used where it is given, and what needs another is left out. Ways of the reference that move the numbers are
/// kept and told in the findings: files in the order of their names as strings, the tagger's first channel but FAD's mean, FAD's
/// 16 bits, other rates. Different are: a clip without samples is left out, where the reference takes the next one twice; KL of
/// folders whose names do not match has no value, where it is the number −1; so has IS of fewer than ten clips, where it is NaN.
/// </remarks>
public sealed record FolderEvaluation
{
    private const double LeastShare = 0.99; // of names that both folders must have

    /// <summary>Tells KL, FD, IS and KID.</summary>
    public Tagger? Tagger { get; init; }

    /// <summary>Tells FAD.</summary>
    public VggishEmbedder? Vggish { get; init; }

    /// <summary>Tell how clips fit their captions.</summary>
    public IReadOnlyList<ClapScorer> Claps { get; init; } = [];

    /// <summary>Tells STEAM's measures.</summary>
    public EventGrounder? Grounder { get; init; }

    /// <summary>Whether anything odd about the clips stops the evaluation before a network listens.</summary>
    public bool Strict { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="generated">The folder of generated clips: WAV files of any rate and length.</param>
    /// <param name="reference">The folder of reference clips, paired by name; null leaves out what compares.</param>
    /// <param name="captions">Captions of generated clips, for CLAP; null leaves it out.</param>
    /// <param name="temporal">AudioTime's temporal captions: one of its files, or a folder of them; null leaves STEAM out. Clips of
    /// a task are in a folder of its name, such as ordering, or in <paramref name="generated"/>.</param>
    /// <param name="progress">Told what is done, how much of it, and of how much.</param>
    /// <param name="cancellation">Stops between two clips.</param>
    /// <exception cref="DirectoryNotFoundException">A folder does not exist.</exception>
    /// <exception cref="InvalidDataException">A folder has fewer than two clips, or <see cref="Strict"/> and something is odd.</exception>
    /// <exception cref="ArgumentException">Nothing can be measured with what is given.</exception>
    public FolderReport Run(
        string generated, string? reference, IReadOnlyList<FolderCaption>? captions = null, string? temporal = null,
        Action<string, int, int>? progress = null, CancellationToken cancellation = default)
    {
        var steam = temporal is null || Grounder is null ? [] : SteamFile.ReadAll(temporal);
        if (Tagger is null && (Vggish is null || reference is null) && (Claps.Count == 0 || captions is null) && steam.Count == 0)
            throw new ArgumentException("Nothing can be measured: an evaluation of folders needs a tagger, VGGish and a reference, CLAP and captions, " +
                "or a grounding model and temporal captions.");
        var made = Look(generated, "The folder of generated clips");
        var real = reference is null ? null : Look(reference, "The folder of reference clips");
        FolderFinding[] findings = [.. made.Findings, .. real?.Findings ?? [], .. Missing(made, real, captions)];
        if (Strict && findings.Length > 0)
            throw new InvalidDataException($"The clips are not as they should be, {findings.Length} times:\n  " +
                string.Join("\n  ", findings.Select(f => f.Text)));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var features = Features(made, "generated clips");
        var realFeatures = real is null ? null : Features(real, "reference clips");
        var values = new List<FolderValue>();
        if (realFeatures is not null) values.AddRange(Fad(features, realFeatures));
        if (Tagger is not null) values.AddRange(OfTagger(features, realFeatures, made, real));
        if (captions is not null) foreach (var clap in Claps) values.Add(OfClap(clap, made, captions, Told, cancellation));
        foreach (var task in steam) values.Add(OfSteam(task, generated, Told, cancellation));
        return new(generated, reference, values, findings, Kept(features), realFeatures is null ? null : Kept(realFeatures));

        void Told(string what, int done, int of) => progress?.Invoke(what, done, of);
        FolderClips Look(string folder, string name)
        {
            var (done, count) = (0, Directory.Exists(folder) ? FolderClips.NamesIn(folder).Count() : 0);
            return FolderClips.Look(folder, name, () => Told($"looking at {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}", ++done, count), cancellation);
        }
        FolderFeatures Features(FolderClips clips, string what) => Hear(clips, (done, of) => Told($"hearing {what}", done, of), cancellation);
    }

    private FolderFeatures Hear(FolderClips clips, Action<int, int> told, CancellationToken cancellation)
    {
        var (embeddings, logits, vggish, patches) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>(), new List<int>());
        if (Tagger is null && Vggish is null) return new(clips.Usable, null, null, [], null);
        foreach (var (i, name) in clips.Usable.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            if (Tagger is not null)
            {
                var (embedding, of) = Tagger.Features(clips.Read(name));
                embeddings.Add(embedding.cpu()); // kept for all clips
                logits.Add(of.cpu());
            }
            if (Vggish is not null)
            {
                vggish.Add(Vggish.Embeddings(clips.Read16(name)).cpu());
                patches.Add((int)vggish[^1].shape[0]);
            }
            told(i + 1, clips.Usable.Count);
        }
        return new(clips.Usable, Joined(embeddings), Joined(logits), patches, Joined(vggish));

        static Tensor? Joined(List<Tensor> rows) => rows.Count == 0 ? null : cat(rows);
    }

    private static IEnumerable<FolderFinding> Missing(FolderClips made, FolderClips? real, IReadOnlyList<FolderCaption>? captions)
    {
        if (real is not null)
        {
            foreach (var name in real.Names.Except(made.Names))
                yield return new("missing", name, $"{made.PathOf(name)} is missing: {real.Folder} has it.");
            foreach (var name in made.Names.Except(real.Names))
                yield return new("missing", name, $"{real.PathOf(name)} is missing: {made.Folder} has it.");
        }
        if (captions is null) yield break;
        var asked = captions.Select(caption => caption.File).ToHashSet(StringComparer.Ordinal);
        foreach (var name in asked.Except(made.Names).Order(StringComparer.Ordinal))
            yield return new("missing", name, $"{made.PathOf(name)} is missing: the captions name it.");
        foreach (var several in captions.GroupBy(caption => caption.File).Where(g => g.Count() > 1))
            yield return new("duplicate", several.Key, $"{made.PathOf(several.Key)} has {several.Count()} captions: CLAP counts each.");
        foreach (var name in made.Names.Where(name => !asked.Contains(name)))
            yield return new("missing", name, $"{made.PathOf(name)} has no caption: CLAP leaves it out.");
    }

    private IEnumerable<FolderValue> Fad(FolderFeatures made, FolderFeatures real)
    {
        if (Vggish is null || made.Vggish is null || real.Vggish is null) yield break;
        var (clips, examples) = (made.Patches.Count(p => p > 0), made.Vggish.shape[0]);
        var note = $"of {examples} and {real.Vggish.shape[0]} stretches of 0.96 s";
        yield return examples < 2 || real.Vggish.shape[0] < 2
            ? new("frechet_audio_distance", "FAD (VGGish) ↓", null, clips, note + ": at least two are needed")
            : new("frechet_audio_distance", "FAD (VGGish) ↓", FrechetDistance.Between(made.Vggish, real.Vggish), clips, note);
    }

    private static IEnumerable<FolderValue> OfTagger(FolderFeatures made, FolderFeatures? real, FolderClips clips, FolderClips? others)
    {
        var count = made.Files.Count;
        if (real is not null)
        {
            yield return new("frechet_distance", "FD (FAD by the tagger) ↓", FrechetDistance.Between(made.Embeddings!, real.Embeddings!), count);
            var (rows, realRows) = Pairs(made, real);
            var both = clips.Names.Intersect(others!.Names).Count();
            var share = (double)both / Math.Max(clips.Names.Count, others.Names.Count);
            var why = share > LeastShare ? "" : FormattableString.Invariant(
                $"{both} names are in both folders, {100 * share:0.#} % and not above {100 * LeastShare:0} %: no value, where the reference writes -1");
            var paired = why.Length == 0 && rows.Length > 0;
            var (logits, realLogits) = (made.Logits!.Rows(rows), real.Logits!.Rows(realRows));
            yield return new("kl_softmax", "KL (softmax) [nats] ↓", paired ? KullbackLeibler.Softmax(logits, realLogits).Value : null, rows.Length, why);
            yield return new("kl_sigmoid", "KL (sigmoid) [nats] ↓", paired ? KullbackLeibler.Sigmoid(logits, realLogits).Value : null, rows.Length, why);
        }
        const int Splits = 10;
        var inception = count < Splits ? null : InceptionScore.Of(made.Logits!, Splits);
        var few = inception is null ? $"ten splits need at least ten clips: no value, where the reference writes NaN" : "";
        yield return new("is_mean", "IS ↑", inception?.Mean, count, few);
        yield return new("is_std", "IS, deviation over splits", inception?.Deviation, count, few);
        if (real is null) yield break;
        var kernel = KernelDistance.Between(made.Embeddings!, real.Embeddings!);
        yield return new("kid_mean", "KID ↓", kernel.Mean, count, count < 1000 ? "of subsets of 1000, which a smaller folder is as a whole: large and negative values are what the reference has too" : "");
        yield return new("kid_std", "KID, deviation over subsets", kernel.Deviation, count);
    }

    private static (int[] Made, int[] Real) Pairs(FolderFeatures made, FolderFeatures real)
    {
        var places = real.Files.Index().ToDictionary(file => file.Item, file => file.Index);
        var pairs = made.Files.Index().Where(file => places.ContainsKey(file.Item)).Select(file => (Made: file.Index, Real: places[file.Item])).ToArray();
        return ([.. pairs.Select(p => p.Made)], [.. pairs.Select(p => p.Real)]);
    }

    private static FolderValue OfClap(
        ClapScorer clap, FolderClips clips, IReadOnlyList<FolderCaption> captions, Action<string, int, int> told, CancellationToken cancellation)
    {
        var usable = clips.Usable.ToHashSet(StringComparer.Ordinal);
        var asked = captions.Where(caption => usable.Contains(caption.File)).GroupBy(caption => caption.File).ToArray();
        var readings = new List<ClapReading>();
        foreach (var (i, file) in asked.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            readings.AddRange(clap.Read(clips.ReadMean(file.Key), [.. file.Select(caption => caption.Caption)]));
            told($"CLAP {clap.Name}", i + 1, asked.Length);
        }
        var (key, title) = ($"clap.{clap.Name}", $"CLAP {clap.Name} ↑");
        if (readings.Count == 0) return new(key, title, null, 0, "no caption is of a clip that is there");
        var several = readings.Count(reading => reading.Crops.Count > 1);
        return new(key, title, readings.Average(reading => reading.Score), readings.Count, several == 0 ? "" : FormattableString.Invariant(
            $"{clap.Crops} of {several} longer clips; spread within a clip {readings.Where(r => r.Crops.Count > 1).Average(r => r.Spread):0.0000} on average"));
    }

    private FolderValue OfSteam(SteamFile task, string generated, Action<string, int, int> told, CancellationToken cancellation)
    {
        var own = Path.Combine(generated, task.Task);
        var folder = Directory.Exists(own) ? own : generated;
        var (heard, lacking) = (new List<TemporalCaption>(), 0);
        foreach (var (i, caption) in task.Captions.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(folder, caption.Id + ".wav");
            if (!File.Exists(path)) lacking++;
            else
            {
                var clip = Audio.Sound.Decode(File.ReadAllBytes(path), new Audio.ChannelMixer(path, Audio.ChannelMix.Mean) { Quiet = true });
                if (clip.Samples.Length == 0) throw new InvalidDataException($"{path} has no samples: generate or copy it again.");
                var regions = Grounder!.Regions(clip, [.. caption.Events.Select(sound => sound.Label)]);
                heard.Add(caption with { Events = [.. caption.Events.Zip(regions, (sound, found) => sound with { Detected = found })] });
            }
            told($"STEAM {task.Task}", i + 1, task.Captions.Count);
        }
        var (key, title) = ($"steam_{task.Metric.Key}", $"STEAM {task.Metric.TitleWithArrow}");
        var note = lacking == 0 ? "" : $"{lacking} clips of the captions are missing in {folder}";
        return heard.Count == 0 ? new(key, title, null, 0, note) : new(key, title, task.Score(heard).Value, heard.Count, note);
    }

    private static FolderFeatures Kept(FolderFeatures features)
    {
        foreach (var tensor in new[] { features.Embeddings, features.Logits, features.Vggish }) tensor?.MoveToOuterDisposeScope();
        return features;
    }
}
