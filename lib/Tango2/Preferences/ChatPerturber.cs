using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Tango2.Preferences;

/// <summary>Asks a language model for perturbed captions, as the paper asked GPT-4.</summary>
/// <remarks>Own wording of the intents of the paper's Table 1. The random argument is sent as the model's seed.</remarks>
/// <param name="client">The model.</param>
/// <param name="attempts">How often to ask until enough captions came; at least 1.</param>
public sealed partial class ChatPerturber(IChatClient client, int attempts = 3) : IPromptPerturber
{
    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">After all attempts there are fewer captions than wanted.</exception>
    public IReadOnlyList<Perturbation> Perturb(string prompt, Strategy strategy, int count, Random random)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(prompt);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var question = Question(prompt, strategy, count);
        var captions = new List<string>();
        for (var attempt = 0; attempt < attempts && captions.Count < count; attempt++)
        {
            var options = new ChatOptions { Seed = random.Next() };
            var response = Task.Run(() => client.GetResponseAsync([new(ChatRole.User, question)], options))
                .GetAwaiter().GetResult();
            foreach (var caption in Parse(response.Text))
            {
                if (!Same(caption, prompt) && !captions.Exists(c => Same(c, caption))) captions.Add(caption);
            }
        }
        if (captions.Count < count)
            throw new InvalidDataException(
                $"The model must give {count} captions for '{prompt}', but gave {captions.Count} in {attempts} attempts.");
        return [.. captions.Take(count).Select(c => new Perturbation(c, strategy, PerturbationKind.Free))];
    }

    /// <summary>The captions of an answer: one a line, without numbers, bullets and quotation marks.</summary>
    public static IReadOnlyList<string> Parse(string answer) =>
        [.. answer.Split('\n').Select(line => Numbering().Replace(line, "").Trim().Trim('"', '“', '”').Trim())
            .Where(line => line.Length > 0 && !line.EndsWith(':'))];

    private static string Question(string prompt, Strategy strategy, int count) => $"""
        An audio clip is described by this caption: "{prompt}"

        Write {count} other captions, each of which describes that clip slightly wrongly:
        {(strategy switch
    {
        Strategy.Perturbed => "- change what makes a sound, or what it does;",
        Strategy.TemporallyPerturbed => "- change the order in which the sounds happen;",
        _ => throw new ArgumentException($"The strategy must be 2 or 3 here, but is {strategy.Label()}."),
    })}
        - stay close to the clip: keep some of the caption's sounds, so that it is wrong but not unrelated;
        - keep about the caption's length.
        Answer with the captions alone, one on each line, without numbers or remarks.
        """;

    private static bool Same(string a, string b) =>
        string.Equals(a.Trim().TrimEnd('.'), b.Trim().TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\s*(\(?\d+[.):]\s*|[-*•]\s+)")]
    private static partial Regex Numbering();
}
