using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Tango2.Notebooks;

/// <summary>Values for the variables of a notebook's cell tagged <c>parameters</c>.</summary>
internal static partial class NotebookParameters
{
    /// <summary>The cell's tag.</summary>
    internal const string Tag = "parameters";

    /// <summary>Values by the names of their variables.</summary>
    /// <param name="texts">What was given with --param: name=value, each name once.</param>
    /// <exception cref="ArgumentException">One is not of this form; the message quotes it.</exception>
    public static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> texts)
    {
        var values = new Dictionary<string, string>();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [var name, var value])
                throw new ArgumentException($"--param must be name=value, but is '{text}'.");
            if (!SyntaxFacts.IsValidIdentifier(name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None)
                throw new ArgumentException($"--param must begin with the name of a variable, but '{name}' in '{text}' is none.");
            if (!values.TryAdd(name, value))
                throw new ArgumentException($"--param gives {name} twice, '{values[name]}' and '{value}': give it once.");
        }
        return values;
    }

    /// <summary>C# that sets the variables: numbers and truth values as they stand, anything else as a string.</summary>
    internal static string Assignments(IReadOnlyDictionary<string, string> parameters) =>
        string.Join('\n', parameters.Select(p => $"{p.Key} = {(Literal().IsMatch(p.Value) ? p.Value : Quoted(p.Value))};"));

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    [GeneratedRegex("""^(-?[0-9][0-9_]*(\.[0-9]+)?([eE][-+]?[0-9]+)?[fFdDmMlL]?|true|false)\z""")]
    private static partial Regex Literal();
}
