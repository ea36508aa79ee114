extension RunJudge {
    /// What the kernel will say to a file that a program is given. Which arguments are files, and what is done with
    /// them, only the program knows, so that it decides nothing here.
    func noteAboutFile(_ text: String, in folder: NormalPath?) -> String? {
        guard !text.isEmpty, !text.hasPrefix("-"), !DeviceFiles.isHarmless(text) else { return nil }
        guard let path = text.hasPrefix("/") ? text : folder.map({ "\($0)/\(text)" }),
            let written = NormalPath(path), let resolved = paths.resolve(path)
        else { return nil }
        let named = "`\(text)`, if it is a file,"
        let denial = paths.denial(written, .write) ?? (resolved == written ? nil : paths.denial(resolved, .write))
        if let rule = denial {
            let what = rule.value.onlyWriting ? "denied for writing" : "denied"
            return "\(named) is \(what) by `\(rule.value.path.text)` (\(rule.name))"
        }
        // A word is a path for certain only where it is written as one.
        guard text.hasPrefix("/"), !paths.permits(resolved, .read) else { return nil }
        return "\(named) is granted by no rule"
    }
}
