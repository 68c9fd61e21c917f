// Says what is missing before setup.csx refers to it: a missing #r is a page of unknown names, and the cause is lost among them.
// It is also written out, since some notebook hosts go on after an exception of an imported file.
if (!System.IO.File.Exists("../out/publish/Tango2.Mini.dll"))
{
    var missing = "The library is not published yet. From the repository's root: " +
        "dotnet publish lib/Tango2.Mini -c Release -r linux-x64 --no-self-contained -o out/publish";
    Console.Error.WriteLine(missing);
    throw new System.IO.FileNotFoundException(missing);
}
