using System.CommandLine;
using Tango2.Files;
using Tango2.Mini;
using Tango2.Mini.Lab;
using Tango2.Pipelines;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 train mini</c>: makes the mini weights from nothing but a seed.</summary>
internal static class TrainVerb
{
    public static Command Build() => new("train", "Train models.") { Mini() };

    private static Command Mini()
    {
        var stages = new Argument<string[]>("stages")
        {
            Description = $"Stages to train, in this order: {string.Join(", ", MiniLab.Stages.Select(s => s.Name))}. " +
                $"None named: all but {string.Join(", ", MiniLab.Stages.Where(s => s.Optional).Select(s => s.Name))}.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var seed = Options.Seed("Everything random follows from it.");
        var folder = new Option<string?>("--out") { Description = "Folder for the weights (default: data/mini)." };
        var effort = Options.Real(
            "--effort", "Scales all steps and clips; 0.01 is a rehearsal of minutes.", 1, scale => scale is > 0 and <= 100,
            "above 0 and at most 100");
        var measure = new Option<bool>("--measure")
        {
            Description = "Train nothing; measure the named stages again: all but " +
                $"{string.Join(", ", MiniLab.Stages.Where(s => !s.TestMeasures).Select(s => s.Name))}, which measure as they run. " +
                "Candidates, ranking and text-encoder want what their training left in out/train, which is not shipped.",
        };
        var device = Options.Device();
        var again = new Option<bool>("--again") { Description = "Train stages anew that have finished." };
        var command = new Command("mini", "Train the mini models, stage by stage; a stopped run goes on where it was.")
        {
            stages, seed, folder, effort, device, again, measure,
        };
        command.SetAction((result, cancellation) => Task.Run(() =>
        {
            var models = new MiniModels(result.GetValue(folder) ?? MiniModels.Default.Folder);
            AtomicFile.CheckFolder(models.Folder, "--out");
            var options = new LabOptions
            {
                Models = models,
                Seed = result.GetValue(seed),
                Effort = result.GetValue(effort),
                Device = Devices.Named(result.GetRequiredValue(device)),
                WorkFolder = LabOptions.WorkFolderOf(models.Folder),
            };
            if (result.GetValue(measure)) MiniLab.Measure(options, result.GetValue(stages) ?? [], Console.WriteLine);
            else MiniLab.Train(options, result.GetValue(stages) ?? [], result.GetValue(again), Console.WriteLine, cancellation);
            return 0;
        }, cancellation));
        return command;
    }
}
