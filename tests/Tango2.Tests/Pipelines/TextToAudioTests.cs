using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tests.Files;

namespace Tango2.Tests.Pipelines;

/// <summary>With the shipped mini weights, in few steps.</summary>
public sealed class TextToAudioTests
{
    private const string Long = "A dog barks, then a bell rings, then rain falls, then a cat meows, then a siren wails, then thunder " +
        "rumbles, then glass breaks, then a frog croaks, then a saw cuts wood, then a whistle blows, then a telephone rings, then people " +
        "clap, then a car honks, then wind blows, then a bird chirps, then an engine runs, then a puppy yaps, then SOMEONE knocks";

    private static readonly MiniModels Models = MiniModels.Default;
    private static readonly TextToAudio Tango = Models.TextToAudio();
    private static readonly GenerationOptions Short = MiniScale.Generation with { Steps = 3 };
    private static readonly string[] Prompts = ["a dog barks", "rain falls", "a bell rings, then a cat meows"];
    private static readonly long[] Seeds = [3, 4, 5];

    [Theory]
    [InlineData(Sampler.Ddpm)]
    [InlineData(Sampler.Ddim)]
    [InlineData(Sampler.DpmSolver)]
    [InlineData(Sampler.SdeDpmSolver)]
    public void A_prompt_and_a_seed_are_one_clip_in_any_batch(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var options = Short with { Sampler = sampler };
        var together = Tango.Generate(Prompts, Seeds, options);
        Assert.True(together.equal(Tango.Generate(Prompts, Seeds, options)).all().item<bool>());
        Golden.Close(together, Tango.Generate(Prompts, Seeds, options with { BatchSize = 2 }), 1e-3, 0, "two at a time");
        for (var i = 0; i < Prompts.Length; i++)
            Golden.Close(together[i..(i + 1)], Tango.Generate([Prompts[i]], [Seeds[i]], options), 1e-3, 0, $"{Prompts[i]} alone");
        Assert.False(allclose(together, Tango.Generate(Prompts, [6, 7, 8], options), 0, 1e-2));
    }

    [Fact]
    public void Latents_and_sound_have_the_shapes_of_a_clip()
    {
        using var scope = NewDisposeScope();
        var latents = Tango.Latents(Prompts, Seeds, Short);
        Assert.Equal([3, 8, 32, 8], latents.shape);
        Assert.Equal([3, 1, 128, 32], Tango.DecodeMel(latents).shape);
        var sound = Tango.Decode(latents);
        Assert.Equal([3, 40_960], sound.shape);
        Golden.Close(Tango.Generate(Prompts, Seeds, Short), sound, 1e-6, 0, "Generate");
        Assert.Equal([3, 8, 32, 8], Tango.EncodeAudio(sound, new Generator(1UL)).shape);
        var text = Tango.Encode(Prompts);
        Assert.Equal((3, Tango.TextLength), (text.EncoderHiddenStates.shape[0], text.EncoderHiddenStates.shape[1]));
        Assert.Equal([3, Tango.TextLength], text.EncoderAttentionMask.shape);
    }

    [Fact]
    public void With_another_network_it_is_the_pipeline_of_that_model()
    {
        using var scope = NewDisposeScope();
        var aligned = Models.TextToAudio("aligned").Generate(Prompts, Seeds, Short);
        Assert.True(aligned.equal(Tango.With(Models.UNet("aligned")).Generate(Prompts, Seeds, Short)).all().item<bool>());
        Assert.False(allclose(aligned, Tango.Generate(Prompts, Seeds, Short), 0, 1e-3));
    }

    // cases: generate --guidance 0, 0.5, 1
    [Fact]
    public void Guidance_of_0_ignores_the_text_of_1_is_without_and_between_them_mixes()
    {
        using var scope = NewDisposeScope();
        var (zero, half, one) = (At(0, "a dog barks"), At(0.5, "a dog barks"), At(1, "a dog barks"));
        Golden.Close(zero, At(0, "rain falls"), 0, 0, "the text is ignored");
        Golden.Close(zero, At(1, ""), 1e-5, 0, "what is left is the empty text");
        Assert.False(allclose(one, At(1, "rain falls"), 0, 1e-2));
        Assert.False(allclose(zero, half, 0, 1e-2));
        Assert.False(allclose(half, one, 0, 1e-2));
        using var schedule = new NoiseSchedule();
        var plain = Tango.Encode(["a dog barks"]);
        var walked = DdimSampler.Sample(
            schedule, (x, t) => Tango.UNet.call(x, t, plain.EncoderHiddenStates, plain.EncoderAttentionMask),
            RowNoise.Draw(RowNoise.Generators([3]), [.. Tango.LatentShape]), 3);
        Golden.Close(walked, one, 1e-5, 0, "w = 1 is the conditional prediction");

        static Tensor At(double w, string prompt) =>
            Tango.Latents([prompt], [3], Short with { GuidanceScale = w, Sampler = Sampler.Ddim });
    }

    // cases: generate --steps 501
    [Fact]
    public void A_walk_of_two_steps_begins_at_the_noisy_end()
    {
        using var scope = NewDisposeScope();
        var seen = Tango2.Studies.Walk.Of(Tango, "a dog barks", 3, Short with { Steps = 2 }).Select(step => step.Timestep);
        Assert.Equal([999, 499], seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Nothing_is_left_behind(double guidance)
    {
        var options = Short with { GuidanceScale = guidance, BatchSize = 2 };
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Run()
        {
            using var sound = Tango.Generate(Prompts, Seeds, options);
            using var latents = Tango.Latents(Prompts, Seeds, options with { Sampler = Sampler.Ddim });
        }
    }

    // trial 20: Batch = 0 divides by zero
    [Theory]
    [InlineData(0, 2, 32, 0, "Steps must be from 1 to 1000, but is 0.")]
    [InlineData(1001, 2, 32, 0, "Steps must be from 1 to 1000, but is 1001.")]
    [InlineData(3, -1, 32, 0, "GuidanceScale must be a number, 0 or more, but is -1.")]
    [InlineData(3, double.NaN, 32, 0, "GuidanceScale must be a number, 0 or more, but is NaN.")]
    [InlineData(3, 2, 0, 0, "BatchSize must be at least 1, but is 0.")]
    [InlineData(3, 2, -4, 0, "BatchSize must be at least 1, but is -4.")]
    [InlineData(3, 2, 32, 7, "Sampler must be Ddpm, Ddim, DpmSolver or SdeDpmSolver, but is 7.")]
    public void Settings_that_make_no_sense_are_refused_before_any_work(
        int steps, double guidance, int batch, int sampler, string message)
    {
        var options = new GenerationOptions
        {
            Steps = steps,
            GuidanceScale = guidance,
            BatchSize = batch,
            Sampler = (Sampler)sampler,
        };
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Tango.Generate(Prompts, Seeds, options)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Tango.Latents(Prompts, Seeds, options)).Message);
    }

    [Theory]
    [InlineData(TimestepSpacing.Leading, 0, 1000, Sampler.Ddpm, "Spacing Leading takes at most 999 steps, but 1000 are asked for.")]
    [InlineData((TimestepSpacing)7, 0, 3, Sampler.Ddpm, "Spacing must be one of Leading, Linspace, Trailing, but is 7.")]
    [InlineData(null, 1.5, 3, Sampler.Ddim, "Eta must be from 0 to 1, but is 1.5.")]
    [InlineData(null, double.NaN, 3, Sampler.Ddim, "Eta must be from 0 to 1, but is NaN.")]
    [InlineData(null, 0.5, 3, Sampler.SdeDpmSolver, "Eta is of Ddim, but the sampler is SdeDpmSolver.")]
    public void Ways_that_make_no_sense_are_refused(TimestepSpacing? spacing, double eta, int steps, Sampler sampler, string message)
    {
        var options = new GenerationOptions { Steps = steps, Spacing = spacing, Eta = eta, Sampler = sampler };
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Tango.Timesteps(options)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Tango.Generate(Prompts, Seeds, options)).Message);
    }

    [Theory]
    [InlineData(Sampler.Ddpm)]
    [InlineData(Sampler.Ddim)]
    [InlineData(Sampler.DpmSolver)]
    [InlineData(Sampler.SdeDpmSolver)]
    public void A_chosen_spacing_is_walked(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var usual = Short with { Sampler = sampler };
        foreach (var spacing in Enum.GetValues<TimestepSpacing>())
        {
            var chosen = usual with { Spacing = spacing };
            var same = Tango.Timesteps(usual).SequenceEqual(Tango.Timesteps(chosen));
            var latents = Tango.Latents(Prompts, Seeds, chosen);
            Assert.Equal(same, latents.equal(Tango.Latents(Prompts, Seeds, usual)).all().item<bool>());
            Assert.Equal(3, Tango.Timesteps(chosen).Count);
        }
        Assert.Equal([667, 334, 1], Tango.Timesteps(usual with { Spacing = TimestepSpacing.Leading }));
        Assert.Equal([999, 666, 333], Tango.Timesteps(usual with { Spacing = TimestepSpacing.Linspace }));
        Assert.Equal([999, 666, 332], Tango.Timesteps(usual with { Spacing = TimestepSpacing.Trailing }));
    }

    [Fact]
    public void Ddim_that_draws_all_of_the_noise_is_ddpm()
    {
        using var scope = NewDisposeScope();
        var ddim = Short with { Sampler = Sampler.Ddim };
        var ddpm = Tango.Latents(Prompts, Seeds, Short with { Sampler = Sampler.Ddpm });
        Golden.Close(ddpm, Tango.Latents(Prompts, Seeds, ddim with { Eta = 1 }), 0.2, 0, "but for the last step, which goes to timestep 0");
        Assert.False(allclose(ddpm, Tango.Latents(Prompts, Seeds, ddim with { Eta = 0.5 }), 0, 0.3));
        var noise = new WalkNoise(randn([3, 8, 32, 8]), randn([3, 3, 8, 32, 8]));
        Golden.Close(
            Tango.Latents(Prompts, noise, Short with { Sampler = Sampler.Ddpm }), Tango.Latents(Prompts, noise, ddim with { Eta = 1 }),
            0.2, 0, "noise that is given");
        noise = noise with { Steps = null };
        Assert.Equal([3, 8, 32, 8], Tango.Latents(Prompts, noise, ddim).shape);
        Assert.StartsWith("Steps is needed: Ddim draws noise", Assert.Throws<ArgumentException>(
            () => Tango.Latents(Prompts, noise, ddim with { Eta = 1 })).Message);
    }

    [Fact]
    public void In_few_steps_is_the_sampler_with_noise_whatever_was_asked_for()
    {
        var asked = new GenerationOptions { Sampler = Sampler.Ddim, Eta = 1, Spacing = TimestepSpacing.Trailing, GuidanceScale = 5 };
        Assert.Equal(
            new() { Sampler = Sampler.SdeDpmSolver, Steps = GenerationOptions.FewSteps, GuidanceScale = 5 }, asked.InFewSteps());
        Assert.Contains("Spacing = Trailing, Eta = 1", asked.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_without_seeds_are_refused()
    {
        Assert.Equal("Each prompt needs a seed: 3 prompts, 1 seeds.",
            Assert.Throws<ArgumentException>(() => Tango.Latents(Prompts, [1], Short)).Message);
        Assert.StartsWith("At least one prompt is needed.", Assert.Throws<ArgumentException>(() => Tango.Generate([], [])).Message);
    }

    // cases: a prompt of more tokens than the text encoder takes
    [Fact]
    public void What_is_not_read_of_a_prompt_is_told_once_for_all_batches()
    {
        using var scope = NewDisposeScope();
        var options = Short with { Steps = 1, BatchSize = 1 };
        var line = Assert.Single(Warned.By(() => Tango.Generate([Long], [1], options)));
        const string Start = "The text is longer than the 64 tokens that the text encoder takes; this part of it is not read: \"";
        Assert.StartsWith(Start, line);
        var unread = line[Start.Length..^2];
        Assert.EndsWith(unread + "\".", line);
        Assert.EndsWith(unread, Long); // the very words, in their case
        Assert.EndsWith("SOMEONE knocks", unread);
        Golden.Close(Tango.Generate([Long[..^unread.Length]], [1], options), Tango.Generate([Long], [1], options), 1e-4, 0, "without");

        line = Assert.Single(Warned.By(() => Tango.Generate(["rain falls", Long, Long + " loudly"], Seeds, options)));
        Assert.Equal("2 of 3 texts are longer than the 64 tokens that the text encoder takes; of the first of them this part is not " +
            $"read: \"{unread}\".", line);
        Assert.Single(Warned.By(() => Tango.Latents([Long], [1], options)));
        Assert.Single(Warned.By(() => Tango.Encode([Long])));
        Assert.Empty(Warned.By(() => Tango.Generate(Prompts, Seeds, options)));
    }

    [Fact]
    public void What_Clap_does_not_read_is_told_once_for_all_its_models()
    {
        using var scope = NewDisposeScope();
        string[] prompts = [Long + ", " + Long];
        var lines = Warned.By(() =>
        {
            foreach (var name in new[] { "a", "b", "judge" }) Models.Clap(name).Score(zeros(1, 40_960), prompts);
        });
        Assert.StartsWith("The text is longer than the 80 tokens that CLAP's text encoder takes; this part of it is not read: \"",
            Assert.Single(lines));
        Assert.EndsWith("SOMEONE knocks\".", lines[0]);
        Assert.Empty(Warned.By(() => Models.Clap("a").Score(zeros(3, 40_960), Prompts)));
    }

    [Fact]
    public void Networks_that_do_not_fit_together_are_named()
    {
        using var scope = NewDisposeScope();
        var text = new PromptEncoder(MiniScale.Prompts(Models.Tokenizer()), Models.TextEncoder());
        var (unet, vae, vocoder, mel) = (Models.UNet("base"), Models.Vae(), Models.Vocoder(), MiniScale.Mel);
        var narrow = new UNet2DConditionModel(MiniScale.UNet with { InChannels = 4 });
        var odd = new HiFiGanGenerator(MiniScale.Vocoder with { NumMels = 30 });
        Misfit("the U-Net's in_channels, 4, must be the autoencoder's embed_dim, 8", () => Of(narrow, vocoder, mel));
        Misfit("the vocoder's num_mels, 32, must be the mel bins, 64", () => Of(unet, vocoder, mel with { MelBins = 64 }));
        Misfit("the vocoder's hop_size, 320, must be the mel's hop, 160", () => Of(unet, vocoder, mel with { HopLength = 160 }));
        Misfit("the clip's frames modulo 4, 1, must be what the autoencoder can halve, 0",
            () => Of(unet, vocoder, mel with { ClipSamples = 40_960 + 320 }));
        Misfit("the mel bins modulo 4, 2, must be what the autoencoder can halve, 0",
            () => Of(unet, odd, mel with { MelBins = 30 }));
        Assert.Equal(Tango.LatentShape, Of(unet, vocoder, mel).LatentShape);
        Assert.Contains("in_channels, 4,", Assert.Throws<ArgumentException>(() => Tango.With(narrow)).Message);

        TextToAudio Of(UNet2DConditionModel denoiser, HiFiGanGenerator last, MelConfig geometry) =>
            new(text, denoiser, vae, last, geometry, MiniScale.Schedule, MiniScale.Generation);

        static void Misfit(string part, Action call) => Assert.Equal(
            $"The networks do not fit together: {part}.", Assert.Throws<ArgumentException>(call).Message);
    }

    [Fact]
    public void Noise_that_is_given_is_walked_as_that_of_seeds()
    {
        using var scope = NewDisposeScope();
        var generators = RowNoise.Generators(Seeds);
        Tensor Draw() => RowNoise.Draw(generators, Tango.LatentShape.ToArray());
        foreach (var sampler in Enum.GetValues<Sampler>())
        {
            generators = RowNoise.Generators(Seeds);
            var options = Short with { Sampler = sampler };
            var draws = sampler is Sampler.Ddpm or Sampler.SdeDpmSolver;
            var noise = new WalkNoise(Draw(), draws ? stack([.. Tango.Timesteps(options).Select(_ => Draw())]) : null);
            Assert.True(Tango.Latents(Prompts, Seeds, options).equal(Tango.Latents(Prompts, noise, options)).all().item<bool>());
        }
    }

    [Fact]
    public void Noise_of_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        var initial = zeros([Prompts.Length, .. Tango.LatentShape]);
        string Refused(WalkNoise noise) => Assert.Throws<ArgumentException>(() => Tango.Latents(Prompts, noise, Short)).Message;
        Assert.StartsWith($"Steps is needed: {Short.Sampler} draws noise at each of its {Short.Steps} steps.", Refused(new(initial)));
        Assert.StartsWith("Steps must be [", Refused(new(initial, zeros([Short.Steps + 1, Prompts.Length, .. Tango.LatentShape]))));
        Assert.StartsWith("Initial must be [", Refused(new(initial[..1], zeros([Short.Steps, 1, .. Tango.LatentShape]))));
    }

    [Fact]
    public void Progress_tells_the_calls_of_the_network_over_all_batches()
    {
        using var scope = NewDisposeScope();
        var told = new List<(int, int)>();
        Tango.Generate(Prompts, Seeds, Short with { BatchSize = 2 }, (done, of) => told.Add((done, of)));
        var calls = 2 * Tango.Timesteps(Short).Count;
        Assert.Equal(Enumerable.Range(1, calls).Select(done => (done, calls)), told);
    }
}
