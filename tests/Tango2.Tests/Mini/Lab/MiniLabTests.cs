using System.Text.Json.Nodes;
using Tango2.Checkpoints;
using Tango2.Mini.Lab;
using Tango2.Training;

namespace Tango2.Tests.Mini.Lab;

/// <summary>Stages of a few milliseconds, killed, resumed and mistaken for others.</summary>
public sealed class MiniLabTests : IDisposable
{
    private const int Steps = 12;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private int _dieAt = -1;

    public void Dispose() => _folder.Delete(recursive: true);

    // cases: a stage resumed after a kill.
    [Fact]
    public void A_stage_that_was_stopped_ends_in_the_same_weights_and_record_but_for_the_seconds()
    {
        Run(Options("whole"), [Grow("a")]);
        foreach (var dieAt in new[] { 1, 4, 7, Steps, Steps + 1 }) Kill(Options("parts"), Grow("a"), dieAt);
        Run(Options("parts"), [Grow("a")]);
        Assert.Equal(File.ReadAllBytes(At("whole", "a.safetensors")), File.ReadAllBytes(At("parts", "a.safetensors")));
        var (whole, parts) = (Record("whole", "a"), Record("parts", "a"));
        Assert.True((double)parts["seconds"]! >= 0);
        foreach (var record in new[] { whole, parts }) record["seconds"] = 0;
        Assert.Equal(whole.ToJsonString(), parts.ToJsonString());
        Assert.Equal(Steps, parts["curve"]!.AsArray().Count);
        Assert.False(Directory.Exists(Path.Combine(Options("parts").WorkFolder, "a")));
    }

    [Fact]
    public void Seconds_are_those_of_all_parts()
    {
        var slow = Grow("a", pause: TimeSpan.FromMilliseconds(110));
        Kill(Options("w"), slow, Steps);
        Run(Options("w"), [slow]);
        // A killed run has noted its time up to the last whole second; the rest took next to none.
        Assert.InRange((double)Record("w", "a")["seconds"]!, 1.0, 10);
    }

    // trial 2; cases: train mini vae --seed 1 --out A/w, killed, then --seed 2 --out B/w
    [Fact]
    public void Folders_of_one_name_share_nothing()
    {
        Assert.NotEqual(LabOptions.WorkFolderOf(At("A", "w")), LabOptions.WorkFolderOf(At("B", "w")));
        Assert.Equal(LabOptions.WorkFolderOf(At("A", "w")), LabOptions.WorkFolderOf(At("A", "w") + "/"));
        Assert.Equal(
            LabOptions.WorkFolderOf(Path.Combine(Environment.CurrentDirectory, "w")), LabOptions.WorkFolderOf("./x/../w"));
        Directory.CreateDirectory(At("A", "x"));
        Directory.CreateSymbolicLink(At("", "elsewhere"), At("A", ""));
        Assert.Equal(LabOptions.WorkFolderOf(At("A", "x/w")), LabOptions.WorkFolderOf(At("elsewhere", "x/w")));
        Assert.True(Path.GetFileName(LabOptions.WorkFolderOf("/tmp/" + new string('n', 250))).Length < 100);
        Directory.CreateDirectory(At("A", "w"));
        Directory.CreateSymbolicLink(At("link", ""), At("A", "w"));
        Assert.Equal(LabOptions.WorkFolderOf(At("A", "w")), LabOptions.WorkFolderOf(At("link", "")));
    }

    [Theory]
    [InlineData(2, 1.0, "seed is 1 there, 2 here")]
    [InlineData(1, 0.5, "effort is 1 there, 0.5 here")]
    [InlineData(2, 0.5, "seed is 1 there, 2 here; effort is 1 there, 0.5 here")]
    public void Unfinished_work_of_another_seed_or_effort_is_refused(long seed, double effort, string message)
    {
        Kill(Options("w"), Grow("a"), 5);
        var other = Options("w") with { Seed = seed, Effort = effort };
        var error = Assert.Throws<InvalidDataException>(() => Run(other, [Grow("b"), Grow("a")])).Message;
        Assert.Contains($"belongs to another run: {message}.", error);
        Assert.Contains("`tango2 train mini a --again`", error);
        Assert.False(File.Exists(At("w", "b.safetensors"))); // told before the first stage
        Run(other, [Grow("a")], again: true);
        Assert.Equal((seed, effort), ((long)Record("w", "a")["seed"]!, (double)Record("w", "a")["effort"]!));
    }

    [Fact]
    public void Unfinished_work_of_another_folder_is_refused()
    {
        Kill(Options("A"), Grow("a"), 5);
        var error = Assert.Throws<InvalidDataException>(() => Run(
            Options("B") with { WorkFolder = Options("A").WorkFolder }, [Grow("a")])).Message;
        Assert.Contains($"folder is {At("A", "")} there, {At("B", "")} here", error);
    }

    [Fact]
    public void Unfinished_work_on_other_weights_is_refused()
    {
        var needy = Grow("b") with { Needs = [LabProduct.Weights("a")] };
        Run(Options("w"), [Grow("a")]);
        Kill(Options("w"), needy, 5);
        File.AppendAllText(At("w", "a.safetensors"), " ");
        Assert.Contains("a.safetensors is ", Assert.Throws<InvalidDataException>(
            () => Run(Options("w"), [needy])).Message);
        Run(Options("w"), [needy], again: true);
    }

    [Fact]
    public void What_a_stage_keeps_is_there_until_it_is_made_again()
    {
        var keeper = Grow("a") with { Kept = "kept" };
        Directory.CreateDirectory(At("w", "kept"));
        foreach (var file in new[] { "row.safetensors", "notes.txt" }) File.WriteAllText(At("w", $"kept/{file}"), "");
        Run(Options("w"), [keeper]);
        Assert.True(File.Exists(At("w", "kept/row.safetensors")));
        Run(Options("w"), [keeper], again: true);
        Assert.Equal([At("w", "kept/notes.txt")], Directory.GetFiles(At("w", "kept")));
    }

    [Fact]
    public void Work_that_does_not_say_what_it_belongs_to_is_refused()
    {
        var state = Options("w").StatePath("a");
        Directory.CreateDirectory(Path.GetDirectoryName(state)!);
        File.WriteAllText(state, "of an earlier version");
        Assert.Contains("does not say which run it belongs to", Assert.Throws<InvalidDataException>(
            () => Run(Options("w"), [Grow("a")])).Message);
    }

    [Theory]
    [InlineData(2, 1.0, "seed is 1 there, 2 here")]
    [InlineData(1, 0.5, "effort is 1 there, 0.5 here")]
    public void A_record_of_another_seed_or_effort_does_not_pass_for_this_one(long seed, double effort, string message)
    {
        Run(Options("w"), [Grow("a")]);
        var before = File.ReadAllBytes(At("w", "a.safetensors"));
        Run(Options("w"), [Grow("a")]); // finished before
        var other = Options("w") with { Seed = seed, Effort = effort };
        var error = Assert.Throws<ArgumentException>(() => Run(other, [Grow("a")])).Message;
        Assert.Contains($"a.json is the record of another run: {message}. Give the same --seed and --effort, another --out", error);
        Assert.Equal(before, File.ReadAllBytes(At("w", "a.safetensors")));
        Run(other, [Grow("a")], again: true);
        Assert.Equal(seed, (long)Record("w", "a")["seed"]!);
    }

    [Fact]
    public void A_damaged_record_is_named()
    {
        Directory.CreateDirectory(At("w", "training"));
        File.WriteAllText(MiniLab.RecordPath(Options("w"), "a"), "{\"seed\": 1,");
        var error = Assert.Throws<InvalidDataException>(() => Run(Options("w"), [Grow("a")])).Message;
        Assert.StartsWith($"{MiniLab.RecordPath(Options("w"), "a")} is damaged: ", error);
    }

    // cases: train mini STAGE without an earlier stage's weights.
    [Fact]
    public void What_a_stage_needs_is_checked_before_the_first_one_starts()
    {
        var needy = Grow("c") with { Needs = [LabProduct.Weights("a"), LabProduct.Weights("b")] };
        var error = Assert.Throws<FileNotFoundException>(() => Run(Options("w"), [Grow("a"), needy])).Message;
        Assert.Equal(
            $"c needs {At("w", "b.safetensors")} which is not there: `tango2 train mini b` makes it, with --out {At("w", "")}.", error);
        Assert.False(File.Exists(At("w", "a.safetensors")));
        Run(Options("w"), [Grow("a"), Grow("b"), needy]);
        Assert.True(File.Exists(At("w", "c.safetensors")));
        File.Delete(At("w", "b.safetensors"));
        Assert.Contains("`tango2 train mini b --again` makes it", Assert.Throws<FileNotFoundException>(
            () => Run(Options("w"), [needy], again: true)).Message);
    }

    // cases: train mini STAGE without an earlier stage's weights; here it is the test that wants them.
    [Fact]
    public void A_stage_whose_test_lacks_something_is_told_so_first_and_is_trained_to_be_measured_later()
    {
        var deaf = Grow("c") with { TestNeeds = [LabProduct.Weights("b")] };
        var told = WarningsOf.Run(() => Run(Options("w"), [deaf]));
        Assert.Equal(
            $"warning: c needs to be measured {At("w", "b.safetensors")} which is not there: `tango2 train mini b` makes it, " +
            $"with --out {At("w", "")}. It is trained without; then `tango2 train mini c --measure` measures it.", told.Trim());
        Assert.True(File.Exists(At("w", "c.safetensors")));
        Assert.Contains("\"test\": {}", File.ReadAllText(MiniLab.RecordPath(Options("w"), "c")));
        Assert.Empty(WarningsOf.Run(() => Run(Options("v"), [Grow("b"), deaf])));
        Assert.Contains("\"sum\"", File.ReadAllText(MiniLab.RecordPath(Options("v"), "c")));
    }

    [Fact]
    public void Every_stage_needs_only_what_stages_before_it_make()
    {
        var made = new HashSet<LabProduct>();
        foreach (var stage in MiniLab.Stages)
        {
            Assert.All(
                stage.Needs.Concat(stage.TestNeeds),
                need => Assert.Contains(made, m => (m.Name, m.Stage) == (need.Name, need.Stage)));
            Assert.All(stage.Makes, product => Assert.Equal(stage.Name, product.Stage));
            made.UnionWith(stage.Makes);
        }
        Assert.Contains("unet-base needs", Assert.Throws<FileNotFoundException>(
            () => Train("unet-base")).Message);
    }

    // trial 17
    [Theory]
    [InlineData("guidance", "guidance measures only as it runs, and its record is the result: `tango2 train mini guidance --again`")]
    [InlineData("ablations", "ablations measures only as it runs")]
    [InlineData("sweep", "sweep measures only as it runs")]
    public void What_measures_as_it_runs_cannot_be_measured_again(string stage, string message) => Assert.StartsWith(
        message, Assert.Throws<ArgumentException>(() => MiniLab.Measure(Options("w"), [stage])).Message);

    // trial 17
    [Theory]
    [InlineData("ranking", "ranking needs the candidates' latents, ")]
    [InlineData("candidates", "candidates needs the candidates' latents, ")]
    [InlineData("text-encoder", "text-encoder needs the text encoder's probe, ")]
    public void What_is_not_shipped_is_named_when_it_is_wanted_for_measuring(string stage, string message)
    {
        var shipped = new LabOptions
        {
            Models = new(Path.Combine(Golden.Root, "data", "mini")),
            WorkFolder = At("work", ""),
        };
        var error = Assert.Throws<FileNotFoundException>(() => MiniLab.Measure(shipped, [stage])).Message;
        Assert.StartsWith(message, error);
        Assert.Contains(" --again` makes it", error);
        Assert.Contains("is the record of another run: seed is 1 there, 7 here", Assert.Throws<ArgumentException>(
            () => MiniLab.Measure(shipped with { Seed = 7 }, [stage])).Message);
    }

    [Fact]
    public void Two_trainings_at_once_in_one_folder_are_refused()
    {
        var options = Options("w");
        var inner = Grow("a") with
        {
            Test = _ => throw new InvalidOperationException(
                Assert.Throws<IOException>(() => Run(options, [Grow("b")])).Message),
        };
        Assert.StartsWith("Another training writes to ", Assert.Throws<InvalidOperationException>(
            () => Run(options, [inner])).Message);
        Run(options, [Grow("b")]);
    }

    [Fact]
    public void What_a_killed_run_left_half_written_is_cleared_away()
    {
        Directory.CreateDirectory(At("w", ""));
        var left = At("w", $".{Path.GetRandomFileName()}.tmp");
        File.WriteAllText(left, "half");
        File.WriteAllText(At("w", ".notes.tmp"), "mine");
        Run(Options("w"), [Grow("a")]);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(At("w", ".notes.tmp")));
    }

    [Fact]
    public void A_training_that_diverges_names_the_stage()
    {
        var wild = Grow("a") with
        {
            Prepare = _ => new(
                nn.Linear(1, 1), new TrainingOptions { Steps = 2, LearningRate = 1 },
                _ => new(ones(1, requires_grad: true).sum() * double.NaN)),
        };
        Assert.StartsWith("a: Training diverged at step 1", Assert.Throws<InvalidDataException>(
            () => Run(Options("w"), [wild])).Message);
    }

    // trial 20: options have ranges.
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_effort_out_of_its_range_is_refused(double effort)
    {
        var options = Options("w") with { Effort = effort };
        var message = FormattableString.Invariant($"Effort must be above 0 and at most 100, but is {effort}.");
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Run(options, [Grow("a")])).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => options.Scaled(3)).Message);
    }

    /// <summary>A stage that trains four numbers; it dies at the step <see cref="_dieAt"/>, and at Steps + 1 after its weights.</summary>
    private LessonStage Grow(string name, TimeSpan pause = default)
    {
        return new(name, "a test", Prepare, options => new Dictionary<string, double>
        {
            ["sum"] = SafeTensors.Read(options.Models.PathOf($"{name}.safetensors"))["weight"].to(float32).sum().item<float>(),
        })
        {
            Makes = [LabProduct.Weights(name)],
        };

        Lesson Prepare(LabOptions options)
        {
            var network = nn.Linear(3, 1);
            var training = new TrainingOptions { Steps = Steps, LearningRate = 0.1, EmaDecay = 0.9 };
            return new(network, training, Loss, network, new AtTheEnd(Die));

            void Die()
            {
                if (_dieAt == Steps + 1) throw new IOException("killed");
            }

            Objective Loss(int step)
            {
                Thread.Sleep(pause);
                if (step + 1 == _dieAt) throw new IOException("killed");
                var loss = (network.call(ones(2, 3)) - step).square().mean();
                return new(loss, new Dictionary<string, double> { ["half"] = loss.item<float>() / 2 });
            }
        }
    }

    private static void Run(LabOptions options, LabStage[] stages, bool again = false) =>
        MiniLab.Run(options, stages, again, cancellation: TestContext.Current.CancellationToken);

    private void Train(params string[] names) =>
        MiniLab.Train(Options("w"), names, cancellation: TestContext.Current.CancellationToken);

    private void Kill(LabOptions options, LabStage stage, int step)
    {
        _dieAt = step;
        Assert.Equal("killed", Assert.Throws<IOException>(() => Run(options, [stage])).Message);
        _dieAt = -1;
    }

    private LabOptions Options(string name) => new() { Models = new(At(name, "")), WorkFolder = At("work", name) };

    private JsonObject Record(string name, string stage) =>
        JsonNode.Parse(File.ReadAllText(MiniLab.RecordPath(Options(name), stage)))!.AsObject();

    private string At(string folder, string file) =>
        Path.TrimEndingDirectorySeparator(Path.Combine(_folder.FullName, folder, file));

    /// <summary>A lesson frees what it owns after its weights are saved.</summary>
    private sealed class AtTheEnd(Action act) : IDisposable
    {
        public void Dispose() => act();
    }
}
