using Microsoft.Extensions.AI;
using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

public class ChatPerturberTests
{
    private sealed class FakeClient(params string[] answers) : IChatClient
    {
        public List<string> Questions { get; } = [];

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Questions.Add(messages.Last().Text);
            return Task.FromResult(new ChatResponse(
                new ChatMessage(ChatRole.Assistant, answers[Math.Min(Questions.Count, answers.Length) - 1])));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }

    [Fact]
    public void Answers_are_split_into_captions_without_numbers_and_quotes() => Assert.Equal(
        ["A cat meows", "A bell rings", "2 dogs bark", "Rain falls"],
        ChatPerturber.Parse("Here are the captions:\n1. A cat meows\n\n 2) \"A bell rings\"\r\n- 2 dogs bark\n• Rain falls\n"));

    [Fact]
    public void Asks_again_until_there_are_enough_different_captions()
    {
        using var client = new FakeClient("A dog barks.\nA cat meows", "a cat meows\nA cow moos");
        var captions = new ChatPerturber(client).Perturb("A dog barks", Strategy.Perturbed, 2, new Random(1));
        Assert.Equal(["A cat meows", "A cow moos"], captions.Select(p => p.Text));
        Assert.All(captions, p => Assert.Equal((Strategy.Perturbed, PerturbationKind.Free), (p.Strategy, p.Kind)));
        Assert.Equal(2, client.Questions.Count);
    }

    [Fact]
    public void Each_strategy_has_its_question()
    {
        using var client = new FakeClient("A cat meows");
        var perturber = new ChatPerturber(client);
        perturber.Perturb("A dog barks", Strategy.Perturbed, 1, new Random(1));
        perturber.Perturb("A dog barks", Strategy.TemporallyPerturbed, 1, new Random(1));
        Assert.All(client.Questions, q => Assert.Contains("\"A dog barks\"", q, StringComparison.Ordinal));
        Assert.DoesNotContain("order", client.Questions[0], StringComparison.Ordinal);
        Assert.Contains("change the order", client.Questions[1], StringComparison.Ordinal);
        var error = Assert.Throws<ArgumentException>(() => perturber.Perturb("Rain", Strategy.Samples, 1, new Random(1)));
        Assert.Contains("2 or 3 here, but is 1.2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_captions_are_an_error()
    {
        using var client = new FakeClient("A cat meows");
        var error = Assert.Throws<InvalidDataException>(
            () => new ChatPerturber(client, attempts: 2).Perturb("A dog barks", Strategy.Perturbed, 5, new Random(1)));
        Assert.Contains("must give 5 captions for 'A dog barks', but gave 1 in 2 attempts", error.Message, StringComparison.Ordinal);
    }
}
