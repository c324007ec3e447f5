// Web pages see nothing of extensions in Firefox.
