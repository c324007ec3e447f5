package headless

import (
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The numbers of nodes' types in dom/tree.js.
const (
	commentNode = 8
	doctypeNode = 10
)

var namespaces = map[string]string{"svg": "http://www.w3.org/2000/svg", "math": "http://www.w3.org/1998/Math/MathML"}

// parseHTML reads a whole document as browsers do, whatever the text, and returns the tree in the form of buildTree in
// dom/mirror.js.
func parseHTML(text string) (string, error) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return "", fmt.Errorf("parse HTML: %w", err)
	}
	return treeText(childNodes(root))
}

// parseHTMLFragment reads what innerHTML is set to, in an element called context.
func parseHTMLFragment(text, context string) (string, error) {
	within := &html.Node{Type: html.ElementNode, Data: context, DataAtom: atom.Lookup([]byte(context))}
	nodes, err := html.ParseFragment(strings.NewReader(text), within)
	if err != nil {
		return "", fmt.Errorf("parse HTML within <%s>: %w", context, err)
	}
	return treeText(nodes)
}

func treeText(nodes []*html.Node) (string, error) {
	text, err := json.Marshal(treesOf(nodes))
	return string(text), err
}

func treesOf(nodes []*html.Node) []any {
	trees := []any{}
	for _, n := range nodes {
		switch n.Type {
		case html.TextNode:
			trees = append(trees, n.Data)
		case html.CommentNode:
			trees = append(trees, []any{0, commentNode, n.Data})
		case html.DoctypeNode:
			trees = append(trees, []any{0, doctypeNode, n.Data})
		case html.ElementNode:
			trees = append(trees, elementTree(n))
		}
	}
	return trees
}

// elementTree is [id, name, attributes or 0, children, form state, namespace or 0, template content or 0].
func elementTree(n *html.Node) []any {
	var attributes any = 0
	if len(n.Attr) > 0 {
		pairs := make([][2]string, 0, len(n.Attr))
		for _, a := range n.Attr {
			pairs = append(pairs, [2]string{a.Key, a.Val})
		}
		attributes = pairs
	}
	var namespace any = 0
	if uri, ok := namespaces[n.Namespace]; ok {
		namespace = uri
	}
	children := treesOf(childNodes(n))
	if n.DataAtom == atom.Template && n.Namespace == "" {
		return []any{0, n.Data, attributes, []any{}, 0, namespace, children}
	}
	return []any{0, n.Data, attributes, children, 0, namespace}
}

func childNodes(n *html.Node) []*html.Node {
	var all []*html.Node
	for c := range n.ChildNodes() {
		all = append(all, c)
	}
	return all
}
