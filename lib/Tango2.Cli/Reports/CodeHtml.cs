using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Tango2.Cli.Reports;

/// <summary>C# with its keywords, strings, numbers and comments marked for the style sheet.</summary>
internal static class CodeHtml
{
    /// <summary>The inside of a pre element.</summary>
    public static string From(string code)
    {
        // A magic line is no C#: to the lexer it is a comment, and it looks like one.
        var masked = code.Replace("#!import", "//import", StringComparison.Ordinal);
        var html = new StringBuilder();
        foreach (var token in SyntaxFactory.ParseTokens(masked))
        {
            foreach (var trivia in token.LeadingTrivia) Append(html, trivia);
            Span(html, token.Text, Style(token));
            foreach (var trivia in token.TrailingTrivia) Append(html, trivia);
        }
        return html.ToString().Replace("//import", "#!import", StringComparison.Ordinal);
    }

    private static void Append(StringBuilder html, SyntaxTrivia trivia) => Span(html, trivia.ToFullString(),
        trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia) ? null : "c");

    private static string? Style(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken => "s",
        _ => token.IsKeyword() || token.Text is "var" or "await" ? "k" : null,
    };

    private static void Span(StringBuilder html, string text, string? style)
    {
        var safe = WebUtility.HtmlEncode(text);
        html.Append(style is null || text.Length == 0 ? safe : $"<span class=\"{style}\">{safe}</span>");
    }
}
