using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Tango2.Files;

/// <summary>Configurations as the reference writes them: keys in snake_case, none unknown, none missing.</summary>
internal static partial class ConfigJson
{
    /// <summary>The form. What a configuration's <see cref="UnreadAttribute"/> names is passed over.</summary>
    public static JsonSerializerOptions Strict { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { PassOver } },
    };

    /// <summary>Reads a configuration and checks it.</summary>
    /// <param name="json">The text.</param>
    /// <param name="what">Whose configuration it should be, for the message.</param>
    /// <param name="check">Throws an ArgumentException about what cannot be built.</param>
    /// <exception cref="InvalidDataException">The text is not such a configuration.</exception>
    public static T Read<T>(string json, string what, Func<T, T>? check = null) where T : class
    {
        try
        {
            var config = JsonSerializer.Deserialize<T>(json, Strict) ?? throw new JsonException("it is null.");
            return check is null ? config : check(config);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"Expected the configuration of {what}: {InWords(error.Message)}", error);
        }
    }

    /// <summary>Reads a configuration but for the keys that begin with an underscore, which are bookkeeping.</summary>
    /// <inheritdoc cref="Read"/>
    public static T ReadBare<T>(string json, string what, Func<T, T>? check = null) where T : class =>
        Read(Object(json, what).ToJsonString(), what, check);

    /// <summary>What the serializer says of a key, in the words of the file, without types of this program.</summary>
    public static string InWords(string message)
    {
        if (Unknown().Match(message) is { Success: true } unknown) return $"the key {unknown.Groups[1].Value} is not known: remove it, or take the file of this model.";
        if (Lacking().Match(message) is { Success: true } lacking) return $"keys are missing: {lacking.Groups[1].Value.Replace("'", "")}: take the file of this model.";
        return Converted().Replace(message, "the value has another form");
    }

    [GeneratedRegex("The JSON property '(.*?)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties,? including:? (.*?)\\.?$")]
    private static partial Regex Lacking();

    [GeneratedRegex("The JSON value could not be converted to [^ ]+")]
    private static partial Regex Converted();

    /// <summary>The keys of a configuration, without those that begin with an underscore, which are bookkeeping, in all its parts.</summary>
    /// <param name="json">The text.</param>
    /// <param name="what">Whose configuration it should be, for the message.</param>
    /// <exception cref="InvalidDataException">The text is no JSON object.</exception>
    public static JsonObject Object(string json, string what)
    {
        try
        {
            var keys = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("it is no JSON object.");
            Strip(keys);
            return keys;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"Expected the configuration of {what}: {error.Message}", error);
        }

        static void Strip(JsonObject keys)
        {
            foreach (var key in keys.Select(k => k.Key).Where(k => k.StartsWith('_')).ToArray()) keys.Remove(key);
            foreach (var part in keys.Select(k => k.Value).OfType<JsonObject>()) Strip(part);
        }
    }

    /// <summary>Takes off the keys that are known with one value only.</summary>
    /// <param name="keys">The configuration.</param>
    /// <param name="known">The keys and their values.</param>
    /// <exception cref="InvalidDataException">One has another value; the message names it.</exception>
    public static void RemoveDefaults(JsonObject keys, JsonObject known)
    {
        foreach (var (key, value) in known)
        {
            if (!keys.TryGetPropertyValue(key, out var found)) continue;
            if (!JsonNode.DeepEquals(found, value))
                throw new InvalidDataException(
                    $"{key} is {found?.ToJsonString() ?? "null"}, but only {value?.ToJsonString() ?? "null"} is known.");
            keys.Remove(key);
        }
    }

    private static void PassOver(JsonTypeInfo type)
    {
        foreach (var key in type.Type.GetCustomAttributes(typeof(UnreadAttribute), inherit: false)
            .Cast<UnreadAttribute>().SelectMany(unread => unread.Keys))
        {
            var property = type.CreateJsonPropertyInfo(typeof(JsonElement), key);
            property.Set = (_, _) => { };
            type.Properties.Add(property);
        }
    }
}

/// <summary>Keys that the reference's file may hold and nothing here reads, as those of its training.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal class UnreadAttribute(params string[] keys) : Attribute
{
    public string[] Keys => keys;
}

/// <summary>The keys that transformers 4 writes into every configuration, which tell of training and of other tasks.</summary>
/// <param name="more">Others that nothing here reads.</param>
internal sealed class OfTransformersAttribute(params string[] more) : UnreadAttribute(
[
    "add_cross_attention", "architectures", "bad_words_ids", "begin_suppress_tokens", "bos_token_id",
    "chunk_size_feed_forward", "cross_attention_hidden_size", "decoder_start_token_id", "diversity_penalty", "do_sample",
    "early_stopping", "encoder_no_repeat_ngram_size", "eos_token_id", "exponential_decay_length_penalty",
    "finetuning_task", "forced_bos_token_id", "forced_eos_token_id", "id2label", "is_decoder", "is_encoder_decoder",
    "label2id", "length_penalty", "max_length", "min_length", "model_type", "no_repeat_ngram_size", "num_beam_groups",
    "num_beams", "num_return_sequences", "output_attentions", "output_hidden_states", "output_scores", "prefix",
    "problem_type", "pruned_heads", "remove_invalid_values", "repetition_penalty", "return_dict",
    "return_dict_in_generate", "sep_token_id", "suppress_tokens", "task_specific_params", "temperature",
    "tf_legacy_loss", "tie_encoder_decoder", "tie_word_embeddings", "tokenizer_class", "top_k", "top_p", "torch_dtype",
    "torchscript", "transformers_version", "typical_p", "use_bfloat16", .. more,
]);
