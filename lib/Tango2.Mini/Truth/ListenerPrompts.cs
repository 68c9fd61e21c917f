using System.Text.Json;
using Tango2.Files;
using Tango2.Mini.Foley;

namespace Tango2.Mini.Truth;

/// <summary>A prompt in a listener's own words, with what it asks for.</summary>
/// <param name="Text">As it was typed.</param>
/// <param name="Sounds">The sounds that must be heard; where <paramref name="Ordered"/>, first to last.</param>
/// <param name="Ordered">Whether each must begin after the one before.</param>
internal sealed record ListenerPrompt(string Text, IReadOnlyList<SoundEvent> Sounds, bool Ordered);

/// <summary>Prompts written by hand, without a look at the sentences that the captions are made of.</summary>
internal static class ListenerPrompts
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>
    /// Reads prompts, one a line: {"prompt": "a puppy yaps, then a phone rings", "sounds": ["bark", "ring"], "order": true}.
    /// </summary>
    /// <param name="path">A UTF-8 file; empty lines are passed over.</param>
    /// <exception cref="InvalidDataException">A line is wrong, or there is none; the message names the file and the line.</exception>
    public static IReadOnlyList<ListenerPrompt> Read(string path)
    {
        ListenerPrompt[] prompts =
        [
            .. Utf8File.Lines(path).Index().Where(line => !string.IsNullOrWhiteSpace(line.Item))
                .Select(line => Prompt(line.Item, $"{path}, line {line.Index + 1}")),
        ];
        return prompts.Length > 0 ? prompts
            : throw new InvalidDataException($"{path}: expected at least one prompt, found none: write one a line.");
    }

    private static ListenerPrompt Prompt(string text, string where)
    {
        try
        {
            var line = JsonSerializer.Deserialize<Line>(text, Json) ?? throw new JsonException("it is null.");
            if (string.IsNullOrWhiteSpace(line.Prompt)) throw new ArgumentException("prompt must have words, but is empty.");
            if (line.Sounds.Count == 0) throw new ArgumentException("sounds must name at least one sound, but is empty.");
            if (line.Order && line.Sounds.Count < 2)
                throw new ArgumentException("order may be true for two sounds or more, but there is one: write false.");
            return new(line.Prompt, [.. line.Sounds.Select(SoundEvents.ByKey)], line.Order);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{where}: must hold prompt, sounds and order: {error.Message}", error);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{where}: {error.Message}", error);
        }
    }

    /// <summary>A line of the file.</summary>
    private sealed record Line
    {
        public required string Prompt { get; init; }

        public required IReadOnlyList<string> Sounds { get; init; }

        public required bool Order { get; init; }
    }
}
