namespace SalesOs.Dashboard.Components.Kit;

/// <summary>Texts that are files of the repository and travel inside the program.</summary>
public static class EmbeddedText
{
    /// <param name="name">As the project file gives it, such as <c>samples/programs/curl.txt</c>.</param>
    /// <returns>The text with line feeds at the ends of its lines and none at its end.</returns>
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"No text is called {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
