package manifest

const madeMark = ".made-by-webport"
