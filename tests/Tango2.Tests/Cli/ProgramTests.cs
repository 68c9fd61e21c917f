using Tango2.Cli;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Cli;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("sing", "sing")]
    [InlineData("generate", "Option '--out' is required.")]
    [InlineData("generate rain", "--out")]
    [InlineData("generate --out x.wav", "Name a prompt, or a file of prompts with --prompts.")]
    [InlineData("generate rain --prompts p.txt --out x", "Name a prompt or a file of prompts with --prompts, not both.")]
    [InlineData("generate rain --column caption --out x.wav", "--column is of a file: name it with --prompts.")]
    [InlineData("generate --prompts no-such-file.txt --out x", "There is no file no-such-file.txt with prompts.")]
    [InlineData("generate rain --out x.wav --device tpu", "The device must be cpu, cuda or cuda:N, but is 'tpu'.")]
    [InlineData("generate rain --out x.wav --device cuda:", "The device must be cpu, cuda or cuda:N, but is 'cuda:'.")]
    [InlineData("generate rain --out x.wav --precision float8", "--precision must be float32, bfloat16, float16 or auto, but is 'float8'.")]
    [InlineData("generate rain --out x.wav --scale huge", "--scale must be any, mini or full, but is 'huge'.")]
    [InlineData("generate rain --out x.wav --scale full --model best", "There is no published model 'best': name one that `tango2 models` lists")]
    [InlineData("generate rain --out x.wav --model no/such", ": fetch it with `tango2 fetch no/such`, or set HF_HOME")]
    [InlineData("generate rain --out x.wav --unet-config c.json", "--unet-config and --text-encoder are of published models, but --model base is none.")]
    [InlineData("generate rain --out x.wav --model .", "is no model that is known: expected main_config.json and the other files of a Tango, or the model_index.json of AudioLDM 2 and its folders.")]
    [InlineData("generate rain --out x.wav --steps many", "many")]
    [InlineData("generate rain --out x.wav --steps 0", "--steps must be a whole number, from 1 to 1000, but is '0'.")]
    [InlineData("generate rain --out x.wav --steps 1001", "--steps must be a whole number, from 1 to 1000, but is '1001'.")]
    [InlineData("generate rain --out x.wav --guidance=-1", "--guidance must be a number such as 2.5, 0 or more, but is '-1'.")]
    [InlineData("generate rain --out x.wav --guidance NaN", "--guidance must be a number such as 2.5, 0 or more, but is 'NaN'.")]
    [InlineData("generate rain --out x.wav --guidance 2,5", "--guidance must be a number such as 2.5, 0 or more, but is '2,5'.")]
    [InlineData("train mini vae --effort=-1", "--effort must be a number such as 2.5, above 0 and at most 100, but is '-1'.")]
    [InlineData("train mini vae --effort NaN", "--effort must be a number such as 2.5, above 0 and at most 100, but is 'NaN'.")]
    [InlineData("train mini vae --seed 1.5", "--seed must be a whole number, of 64 bits, but is '1.5'.")]
    [InlineData("generate rain --out x.wav --model best", "There is no model 'best': it is no mini model of ")] // trial 20
    [InlineData("generate rain --out x.wav --model best", "no folder, and none of the published ones, which `tango2 models` lists.")]
    [InlineData("generate rain --out x.wav --model best.safetensors", "There is no file best.safetensors with a U-Net.")]
    [InlineData("generate rain --out x.wav --steps 5 --steps 6", "Option '--steps' expects a single argument but 2 were provided.")]
    [InlineData("generate rain --out x.wav --steps", "Required argument missing for option: '--steps'.")]
    [InlineData("generate rain --out x.wav --sampler euler", "--sampler must be ddpm, ddim, dpm++, dpmsolver, sde-dpm++ or sdedpmsolver, but is 'euler'.")]
    [InlineData("generate rain --out x.wav --spacing even", "--spacing must be leading, linspace or trailing, but is 'even'.")]
    [InlineData("generate rain --out x.wav --sampler ddim --eta 2", "--eta must be a number such as 2.5, from 0 to 1, but is '2'.")]
    [InlineData("generate rain --out x.wav --eta 1", "Eta is of Ddim, but the sampler is SdeDpmSolver.")]
    [InlineData("generate rain --out x.wav --spacing leading --steps 1000", "Spacing Leading takes at most 999 steps, but 1000 are asked for.")]
    [InlineData("generate rain --out x.wav --weights no/such/folder", "--weights: there is no folder no/such/folder.")]
    [InlineData("generate rain --out .", "--out must name a file that can be written, but . is a folder")]
    [InlineData("score no-such-file.wav rain", "There is no file no-such-file.wav.")]
    [InlineData("inspect no-such-file.safetensors", "There is no checkpoint no-such-file.safetensors.")]
    [InlineData("train mini no-such-stage", "There is no stage 'no-such-stage'")]
    public async Task A_mistake_of_the_caller_ends_with_code_2_and_a_message(string line, string message)
    {
        var (code, errors) = await Run(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(message, errors);
        Assert.DoesNotContain("   at ", errors);
    }

    [Fact]
    public async Task Ways_of_the_walk_are_chosen_by_name_and_a_folder_keeps_to_its_own()
    {
        using var folder = new TemporaryFolder();
        Task<(int Code, string Errors)> Make(string to, params string[] way) => Run(["generate", "a dog barks", "--out", folder[to], "--seed", "3", .. way]);
        byte[] Of(string file) => File.ReadAllBytes(folder[file]);
        string[] sde = ["--sampler", "sde-dpm++", "--steps", "3"], ddim = ["--sampler", "ddim", "--steps", "3"];
        foreach (var (file, way) in new[]
        {
            ("fast.wav", ["--fast", "--steps", "3"]), ("sde.wav", sde), ("trailing.wav", [.. sde, "--spacing", "trailing"]),
            ("ddim.wav", ddim), ("eta.wav", [.. ddim, "--eta", "1"]), ("ddpm.wav", new[] { "--fast", "--sampler", "ddpm", "--steps", "3" }),
        })
            Assert.Equal((0, ""), await Make(file, way));
        Assert.Equal(Of("sde.wav"), Of("fast.wav"));
        string[] different = ["sde.wav", "trailing.wav", "ddim.wav", "eta.wav", "ddpm.wav"];
        Assert.Equal(different.Length, different.Select(file => Convert.ToHexString(Of(file))).Distinct().Count());

        string[] two = ["--samples-per-prompt", "2", .. ddim];
        Assert.Equal((0, ""), await Make("clips", two));
        foreach (var (option, value) in new[] { ("--eta", "0.5"), ("--spacing", "trailing") })
        {
            var (code, errors) = await Make("clips", [.. two, option, value]);
            Assert.Equal(2, code);
            Assert.Contains($"{option[2..]} unset, which is ", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_empty_prompt_is_a_mistake()
    {
        var (code, errors) = await Run("generate", " ", "--out", "x.wav");
        Assert.Equal(2, code);
        Assert.Contains("The prompt is empty", errors);
    }

    [Fact]
    public async Task Missing_weights_name_the_command_that_makes_them()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (code, errors) = await Run(
                "generate", "rain", "--out", Path.Combine(folder.FullName, "x.wav"), "--weights", folder.FullName);
            Assert.Equal(2, code);
            Assert.Contains("tango2 train mini", errors);
            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_sound_is_named()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "notes.wav");
            await File.WriteAllTextAsync(path, "not sound", TestContext.Current.CancellationToken);
            var (code, errors) = await Run("score", path, "rain");
            Assert.Equal(2, code);
            Assert.Contains($"{path}: expected a sound file such as WAV, AIFF, MP3, Ogg or FLAC, found other bytes", errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // cases: generate --out under a file
    [Theory]
    [InlineData("generate rain --out FILE/x.wav", "--out must name a file that can be written, but FILE/x.wav lies under FILE, which is a file")]
    [InlineData("generate rain --out x.wav --weights FILE", "--weights must name a folder, but FILE is a file.")]
    [InlineData("train mini vae --out FILE", "--out must name a folder that can be written, but FILE is no folder: name one.")]
    [InlineData("train mini vae --out FILE/under", "--out must name a folder that can be written, but FILE/under lies under FILE")]
    [InlineData("reproduce --out FILE", "--out must name a folder that can be written, but FILE is no folder: name one.")]
    [InlineData("notebook run x.ipynb --out FILE", "--out must name a folder that can be written, but FILE is no folder: name one.")]
    public async Task A_file_where_a_folder_must_be_is_told_before_any_work(string line, string message)
    {
        var file = Path.GetTempFileName();
        try
        {
            var (code, errors) = await Run([.. line.Split(' ').Select(word => word.Replace("FILE", file, StringComparison.Ordinal))]);
            Assert.Equal(2, code);
            Assert.StartsWith("tango2: " + message.Replace("FILE", file, StringComparison.Ordinal), errors);
            Assert.Single(errors.TrimEnd().Split('\n'));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_empty_folder_of_weights_or_file_is_a_mistake()
    {
        Assert.Equal((2, "tango2: --weights is empty: name a folder.\n"), await Run("generate", "rain", "--out", "x.wav", "--weights", ""));
        Assert.Equal((2, "tango2: --out must name a file, but is empty.\n"), await Run("generate", "rain", "--out", ""));
    }

    // cases: generate --out a name that is too long
    [Fact]
    public async Task A_name_that_is_too_long_is_told_before_anything_is_made()
    {
        var (code, errors) = await Run("generate", "rain", "--out", new string('n', 252) + ".wav", "--weights", "no/such/folder");
        Assert.Equal(2, code);
        Assert.Equal(
            $"tango2: --out must name a file that can be written, but {new string('n', 252)}.wav has a name of 256 bytes; " +
            "at most 255 are possible: choose a shorter one.\n", errors);
    }

    [Fact]
    public async Task A_switch_of_the_environment_that_is_neither_on_nor_off_is_told()
    {
        Environment.SetEnvironmentVariable("TANGO2_QUIET", "yes");
        try
        {
            Assert.Equal((2, "tango2: The environment variable TANGO2_QUIET must be 1 or 0, but is 'yes'.\n"), await Run("inspect", "x"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TANGO2_QUIET", null);
        }
    }

    private static async Task<(int Code, string Errors)> Run(params string[] arguments)
    {
        var errors = new StringWriter();
        return (await Program.Run(arguments, errors), errors.ToString());
    }
}
