using Tango2.Mini.Foley;
using Tango2.Mini.Truth;

namespace Tango2.Tests.Mini.Truth;

// cases: prompts written by hand
public sealed class ListenerPromptsTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_shipped_prompts_ask_for_every_sound_and_half_of_them_for_two_in_order()
    {
        var prompts = ListenerPrompts.Read(Path.Combine(Golden.Root, "data", "mini", "prompts.jsonl"));
        Assert.True(prompts.Count >= 72);
        Assert.Equal(prompts.Count, prompts.Select(prompt => prompt.Text).Distinct().Count());
        Assert.Equal(SoundEvents.All.Count, prompts.SelectMany(prompt => prompt.Sounds).Distinct().Count());
        Assert.InRange(prompts.Count(prompt => prompt is { Ordered: true, Sounds.Count: 2 }), prompts.Count / 2, prompts.Count);
        Assert.Equal([1, 2, 3, 4, 5], prompts.Select(prompt => prompt.Sounds.Count).Distinct().Order());
    }

    [Fact]
    public void Sounds_and_order_are_read_and_empty_lines_passed_over()
    {
        File.WriteAllText(_path, """{"prompt": "Puppy, then phone", "sounds": ["bark", "ring"], "order": true}""" + "\n\n");
        var prompt = Assert.Single(ListenerPrompts.Read(_path));
        Assert.Equal(("Puppy, then phone", true), (prompt.Text, prompt.Ordered));
        Assert.Equal(["bark", "ring"], prompt.Sounds.Select(sound => sound.Key));
    }

    [Theory]
    [InlineData("""{"prompt": "a lion", "sounds": ["lion"], "order": false}""", "line 2: There is no sound event 'lion'")]
    [InlineData("""{"prompt": "a dog", "sounds": [], "order": false}""", "line 2: sounds must name at least one sound")]
    [InlineData("""{"prompt": "a dog", "sounds": ["bark"], "order": true}""", "line 2: order may be true for two sounds or more")]
    [InlineData("""{"prompt": " ", "sounds": ["bark"], "order": false}""", "line 2: prompt must have words")]
    [InlineData("""{"prompt": "a dog", "sounds": ["bark"]}""", "line 2: must hold prompt, sounds and order")]
    [InlineData("a dog", "line 2: must hold prompt, sounds and order")]
    [InlineData("null", "line 2: must hold prompt, sounds and order: it is null.")]
    public void A_wrong_line_is_named(string line, string message)
    {
        File.WriteAllText(_path, """{"prompt": "a dog", "sounds": ["bark"], "order": false}""" + "\n" + line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => ListenerPrompts.Read(_path));
        Assert.StartsWith(_path + ", ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_prompt_is_refused()
    {
        File.WriteAllText(_path, "\n");
        var error = Assert.Throws<InvalidDataException>(() => ListenerPrompts.Read(_path));
        Assert.Equal($"{_path}: expected at least one prompt, found none: write one a line.", error.Message);
    }
}
