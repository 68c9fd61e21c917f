using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

public class RuleBasedPerturberTests(ITestOutputHelper output)
{
    private static readonly RuleBasedPerturber Perturber = new();

    private static string[] All(string caption, Strategy strategy, PerturbationKind kind) =>
        [.. Perturber.Perturb(caption, strategy, 1000, new Random(1)).Where(p => p.Kind == kind).Select(p => p.Text)];

    [Theory]
    [InlineData("A gun fires then a dog barks", "A dog barks, then a gun fires", "A gun fires after a dog barks")]
    [InlineData("A dog barks after the doorbell rings", "A dog barks before the doorbell rings", "The doorbell rings after a dog barks")]
    [InlineData("Traffic passes and rain falls before thunder roars", "Traffic passes and rain falls after thunder roars",
        "Thunder roars before traffic passes and rain falls")]
    [InlineData("Dog barking followed by a bell", "A bell followed by dog barking", "Dog barking after a bell")]
    [InlineData("A man speaks followed by a baby crying", "A baby crying, then a man speaks", "A man speaks after a baby crying")]
    [InlineData("a bell rings, then rain falls", "rain falls, then a bell rings", "a bell rings after rain falls")]
    [InlineData("A man speaks while water gurgles", "A man speaks before water gurgles", "Water gurgles, then a man speaks")]
    [InlineData("A male speaking is followed by chopping sounds", "A male speaking after chopping sounds")]
    [InlineData("A cat meows and then hisses", "A cat meows after hissing")]
    [InlineData("first a dog barks, then a bell rings", "a dog barks after a bell rings", "a bell rings, then a dog barks")]
    [InlineData("after a dog barks, a bell rings", "before a dog barks, a bell rings")]
    [InlineData("A man speaks after gunshots.", "A man speaks before gunshots.", "Gunshots after a man speaks.")]
    public void Events_are_put_in_another_order(string caption, params string[] expected)
    {
        var texts = All(caption, Strategy.TemporallyPerturbed, PerturbationKind.Order);
        foreach (var text in expected) Assert.Contains(text, texts);
    }

    [Theory]
    [InlineData("A dog barks", "A cat meows")]
    [InlineData("Barking of dogs", "Neighing of horses")]
    [InlineData("An engine revs", "A generator revs")]
    [InlineData("A car idles nearby", "A truck idles nearby")]
    [InlineData("A horn honks", "A siren honks")]
    [InlineData("Rain falls", "Wind blows")]
    public void Sources_change_with_their_voice_and_article(string caption, string expected) =>
        Assert.Contains(expected, All(caption, Strategy.Perturbed, PerturbationKind.Source));

    [Theory]
    [InlineData("A woman laughing", "A woman crying")]
    [InlineData("An engine revs", "An engine rattles")]
    [InlineData("Clicking and scratching", "Clicking and tapping")]
    [InlineData("People talk", "People sing")]
    public void Actions_keep_their_inflection(string caption, string expected) =>
        Assert.Contains(expected, All(caption, Strategy.Perturbed, PerturbationKind.Action));

    [Fact]
    public void Events_are_dropped_replaced_and_added()
    {
        const string Caption = "A man talks, followed by a door closing";
        Assert.Equal(["A door closing", "A man talks"],
            All(Caption, Strategy.TemporallyPerturbed, PerturbationKind.Dropped).Order(StringComparer.Ordinal));
        Assert.Contains("A man talks, followed by a dog barking",
            All(Caption, Strategy.TemporallyPerturbed, PerturbationKind.Replaced));
        Assert.Contains("A man talks, followed by a door closing, then a bell rings",
            All(Caption, Strategy.TemporallyPerturbed, PerturbationKind.Added));
    }

    [Fact]
    public void Order_comes_first_and_the_same_random_state_gives_the_same_captions()
    {
        const string Caption = "A man speaks, then birds chirp as a car drives by";
        var first = Perturber.Perturb(Caption, Strategy.TemporallyPerturbed, 5, new Random(4));
        Assert.Equal(PerturbationKind.Order, first[0].Kind);
        Assert.Equal(5, first.Select(p => p.Text).Distinct().Count());
        Assert.Equal(first, Perturber.Perturb(Caption, Strategy.TemporallyPerturbed, 5, new Random(4)));
        Assert.NotEqual(first, Perturber.Perturb(Caption, Strategy.TemporallyPerturbed, 5, new Random(5)));
    }

    [Fact]
    public void Strategies_without_perturbation_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Perturber.Perturb("Rain", Strategy.Samples, 1, new Random(1)));
        Assert.Contains("2 or 3 here, but is 1.2", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Over a file of captions, one a line, named by TANGO2_CAPTIONS.</summary>
    [Fact]
    public void Every_caption_of_a_file_is_perturbed()
    {
        var path = Environment.GetEnvironmentVariable("TANGO2_CAPTIONS");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "Set TANGO2_CAPTIONS to a file of captions, one a line.");
        var captions = File.ReadLines(path!).Where(c => c.Trim().Length > 0).ToArray();
        var random = new Random(2020);
        var unchanged = new List<string>();
        var unordered = new List<string>();
        foreach (var caption in captions)
        {
            var sounds = Perturber.Perturb(caption, Strategy.Perturbed, 5, random);
            var order = Perturber.Perturb(caption, Strategy.TemporallyPerturbed, 5, random);
            if (sounds.Count == 0) unchanged.Add(caption);
            if (TemporalWords.In(caption) && !order.Any(p => p.Kind == PerturbationKind.Order)) unordered.Add(caption);
            Assert.DoesNotContain(caption.Trim(), sounds.Concat(order).Select(p => p.Text));
            output.WriteLine($"{caption}\t{string.Join('\t', sounds.Concat(order).Select(p => $"{p.Kind}: {p.Text}"))}");
        }
        output.WriteLine($"{captions.Length} captions; without Strategy 2: {unchanged.Count}; temporal without order: {unordered.Count}");
        foreach (var caption in unchanged) output.WriteLine("no sound edit: " + caption);
        foreach (var caption in unordered) output.WriteLine("no order edit: " + caption);
        Assert.True(unordered.Count <= captions.Length / 1000, $"{unordered.Count} temporal captions have no new order.");
        Assert.True(unchanged.Count == 0, $"{unchanged.Count} captions have no Strategy 2 perturbation: {unchanged.FirstOrDefault()}");
    }
}
