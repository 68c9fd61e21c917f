using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tango2.Evaluation;
using Tango2.Files;
using Tango2.Hub;
using Tango2.Pipelines;
using Tango2.Published;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 evaluate</c>: a folder of generated clips against a folder of reference clips, as the paper's Table 3 is made.</summary>
internal static class EvaluateVerb
{
    private enum Scale { Full, Mini }

    private const int MostOfAKind = 10;

    public static Command Build()
    {
        var generated = new Argument<string>("generated") { Description = "Folder of generated clips: WAV files, such as output_0.wav." };
        var reference = new Argument<string?>("reference")
        {
            Description = "Folder of reference clips, paired by file name. Without it only what needs none is measured: IS, CLAP and STEAM.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var captions = new Option<string?>("--captions")
        {
            Description = "Captions for CLAP: JSON lines or a CSV or TSV with a column caption (or captions, prompt, text) and, if clips are not " +
                "output_0.wav, output_1.wav, …, a column file; or one caption a line.",
        };
        var scale = Options.OneOf("--scale", "full: the published networks; mini: the repository's own, for clips of the mini world.", Scale.Full);
        var cnn14 = new Option<string?>("--cnn14") { Description = "PANNs' Cnn14_16k_mAP=0.438.pth, for KL, FD, IS and KID." };
        var vggish = new Option<string?>("--vggish") { Description = "torchvggish's vggish-10086976.pth, for FAD." };
        var clap = new Option<string[]>("--clap")
        {
            Description = $"A published CLAP: {string.Join(", ", PublishedClap.Names)}, or its .pt file; may be given several times (default: clap-630k-audioset, if captions are given).",
        };
        var roberta = ClapOptions.Roberta();
        var config = ClapOptions.Config();
        var crops = ClapOptions.Crops();
        var grounding = new Option<string?>("--grounding") { Description = "Folder with STEAM's grounding model: config.yaml, best.pth, vocab_state_dict.pkl." };
        var temporal = new Option<string?>("--temporal")
        {
            Description = "AudioTime's temporal captions for STEAM: ordering_caption.json and the like, or a folder with several; clips of a task " +
                "are looked for in GENERATED/ordering and so on, or else in GENERATED.",
        };
        var strict = new Option<bool>("--strict") { Description = "Stop, before any network listens, if a clip is missing, damaged, short, silent, duplicated or of another rate." };
        var file = new Option<string?>("--out") { Description = "Write numbers and findings as JSON, whole." };
        var device = Options.Device();
        var weights = Options.Weights();
        var command = new Command("evaluate", "Measure a folder of generated clips against reference clips: FAD, KL, IS, FD, KID, CLAP, STEAM.")
        {
            generated, reference, captions, scale, cnn14, vggish, clap, roberta, config, crops, grounding, temporal, strict, file, device, weights,
        };
        command.SetAction((result, cancellation) => Task.Run(() =>
        {
            var where = Devices.Named(result.GetRequiredValue(device));
            if (result.GetValue(file) is { } to) AtomicFile.Check(to, "--out");
            var (made, real) = (result.GetRequiredValue(generated), result.GetValue(reference));
            foreach (var folder in new[] { made, real })
                if (folder is not null && !Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}.");
            var asked = result.GetValue(captions) is { } path ? FolderCaption.Read(path) : null;
            if (result.GetValue(temporal) is not null && result.GetValue(grounding) is null && result.GetValue(scale) == Scale.Full)
                throw new ArgumentException("--temporal needs STEAM's grounding model: name its folder with --grounding (`tango2 fetch steam-grounding` tells where it is had).");
            using var scope = torch.NewDisposeScope();
            var networks = new EvaluationNetworks();
            var evaluation = result.GetValue(scale) == Scale.Mini
                ? networks.Mini(Options.ModelsOf(result.GetValue(weights)), asked is not null)
                : networks.Full(
                    result.GetValue(cnn14), result.GetValue(vggish), real is not null, result.GetValue(grounding), where,
                    asked is null ? [] : result.GetValue(clap) is { Length: > 0 } named ? named : ["clap-630k-audioset"],
                    isDefault: result.GetValue(clap) is not { Length: > 0 }, result.GetValue(roberta),
                    name => Cropped(PublishedClap.Find(name, result.GetValue(roberta), result.GetValue(config), where), result.GetValue(crops)));
            using var report = Watched(told => (evaluation with { Strict = result.GetValue(strict) })
                .Run(made, real, asked, result.GetValue(temporal), told, cancellation)) with
            { Networks = networks.Used };
            Show(report, networks.Lacking);
            if (result.GetValue(file) is not { } json) return 0;
            report.Write(json);
            if (networks.Files.Count > 0) LockFile.Record(LockFile.Beside(json), networks.Files);
            return 0;
        }, cancellation));
        return command;
    }

    private static ClapScorer Cropped(ClapScorer clap, ClapCrops? crops) => crops is null ? clap : clap.With(crops);

    private static void Show(FolderReport report, IReadOnlyList<string> lacking)
    {
        foreach (var kind in report.Findings.GroupBy(finding => finding.Kind))
        {
            foreach (var finding in kind.Take(MostOfAKind)) Console.Error.WriteLine($"{kind.Key}: {finding.Text}");
            if (kind.Count() > MostOfAKind)
                Console.Error.WriteLine($"{kind.Key}: … and {kind.Count() - MostOfAKind} more; --out writes all of them.");
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn("measure").AddColumn(new TableColumn("value").RightAligned())
            .AddColumn(new TableColumn("n").RightAligned()).AddColumn("note");
        foreach (var value in report.Values)
            table.AddRow(
                Markup.Escape(value.Title), value.Value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "none",
                value.N.ToString(CultureInfo.InvariantCulture), Markup.Escape(value.Note));
        AnsiConsole.Write(table);
        foreach (var text in lacking) Console.WriteLine(text);
    }

    // On standard error: bars for people, and in a log a line for each part that is done.
    private static T Watched<T>(Func<Action<string, int, int>, T> work)
    {
        if (Console.IsErrorRedirected)
            return work((what, done, of) => { if (done == of) Console.Error.WriteLine($"{what}: {of} of {of}"); });
        return AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var tasks = new Dictionary<string, ProgressTask>();
                return work((what, done, of) =>
                {
                    if (!tasks.TryGetValue(what, out var task)) tasks[what] = task = context.AddTask(Markup.Escape(what), maxValue: of);
                    task.Value = done;
                });
            });
    }
}
