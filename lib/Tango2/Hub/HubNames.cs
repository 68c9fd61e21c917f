using System.Text;
using System.Text.RegularExpressions;

namespace Tango2.Hub;

/// <summary>Names of repositories, revisions and files: each becomes a path, so none may lead out of its folder.</summary>
internal static partial class HubNames
{
    /// <summary>What the name of a data set begins with, as in datasets/declare-lab/audio-alpaca.</summary>
    public const string Datasets = "datasets/";

    private const int LongestName = 255; // bytes of one name, on Linux

    /// <summary>Whether a text is a whole commit: 40 hexadecimal digits.</summary>
    public static bool IsCommit(string text) => CommitPattern().IsMatch(text);

    /// <summary>Whether a text has the form of a repository's name.</summary>
    public static bool IsRepository(string text) => RepositoryPattern().IsMatch(text)
        && !text.Contains("--", StringComparison.Ordinal) && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>The name of a repository, if it is one.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Repository(string name) => IsRepository(name) ? name : throw new ArgumentException(
        $"A repository is named owner/name, as declare-lab/tango2, or datasets/owner/name, but is '{name}'.");

    /// <summary>The name of a branch, tag, commit or pull request such as refs/pr/1, if it is one.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Revision(string name) => IsBelow(name) ? name : throw new ArgumentException(
        $"A revision is a branch, a tag, a commit or one such as refs/pr/1, but is '{name}'.");

    /// <summary>The name of a file in a repository, with / between folders, if it stays in it.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static string File(string name, string repository) => IsBelow(name) ? name : throw new InvalidDataException(
        $"{repository}: expected names of files inside the repository, found '{name}', which leads out of it or is none: "
        + "it is not fetched or read.");

    private static bool IsBelow(string name) => name.Length > 0 && name.Split('/').All(part =>
        part.Length > 0 && part is not ("." or "..") && Encoding.UTF8.GetByteCount(part) <= LongestName
        && !part.Any(c => char.IsControl(c) || c is '\\' or ':'));

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex CommitPattern();

    [GeneratedRegex(@"^(datasets/)?([A-Za-z0-9_][A-Za-z0-9._-]{0,95}/)?[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$")]
    private static partial Regex RepositoryPattern();
}
