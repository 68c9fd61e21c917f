using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace Tango2.Tests.Architecture;

/// <summary>Folders in floors, lowest first: each uses lower floors only, never a sibling or what is above.</summary>
/// <remarks>
/// NetArchTest reads the compiled code, bodies of methods, lambdas and iterators included. What the compiler leaves no
/// trace of, a constant or a <c>nameof</c>, it cannot see.
/// </remarks>
/// <param name="Root">The namespace above the folders.</param>
/// <param name="Storeys">The folders of each floor; a name may be that of a type in the root itself.</param>
internal sealed record Floors(string Root, params string[][] Storeys)
{
    public IEnumerable<string> Folders => Storeys.SelectMany(s => s);

    /// <summary>Each type that uses a sibling or a higher floor, and what of it; none if the floors hold.</summary>
    public IReadOnlyList<string> Violations(Assembly assembly)
    {
        var types = Types.InAssembly(assembly);
        return [.. Folders.SelectMany(folder => Violations(types, folder)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Types in none of the folders, but for those that the compiler makes.</summary>
    public IReadOnlyList<string> Homeless(Assembly assembly) => [.. assembly.GetTypes()
        .Where(t => !t.IsNested && !t.Name.Contains('<', StringComparison.Ordinal))
        .Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)))
        .Where(t => !Folders.Any(f => t.Namespace == Full(f) || t.FullName == Full(f)))
        .Select(t => t.FullName!).Order(StringComparer.Ordinal)];

    private IEnumerable<string> Violations(Types types, string folder)
    {
        var result = types.That().ResideInNamespace(Full(folder))
            .Or().ResideInNamespaceMatching($"^{Regex.Escape(Root)}$").And().HaveNameMatching($"^{folder}$")
            .Should().NotHaveDependencyOnAny([.. Forbidden(folder).Select(Full)]).GetResult();
        return result.FailingTypes.Select(t => $"{t.FullName} on floor {Floor(folder)}: {t.Explanation}");
    }

    private IEnumerable<string> Forbidden(string folder) =>
        Storeys.Skip(Floor(folder)).SelectMany(s => s).Where(other => other != folder);

    private int Floor(string folder) => Array.FindIndex(Storeys, s => s.Contains(folder));

    private string Full(string folder) => $"{Root}.{folder}";
}
