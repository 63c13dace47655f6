//! Laws of any merge, on generated workspaces.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const PATHS: [&str; 8] = ["a.txt", "b.txt", "c", "c/d.txt", "c/e/f.txt", "g.yaml", "h/g.yaml", "h"];

fn content() -> impl Strategy<Value = String> {
    proptest::collection::vec(0..6_u8, 1..7).prop_map(|lines| {
        let lines = lines.iter().enumerate().map(|(at, line)| format!("k{at}: line {line}\n"));
        lines.collect::<Vec<_>>().concat()
    })
}

fn some_entry() -> impl Strategy<Value = Entry<String>> {
    prop_oneof![
        8 => content().prop_map(|text| entry(Mode::File, &text)),
        1 => content().prop_map(|text| entry(Mode::Executable, &text)),
        1 => (0..3_u8).prop_map(|n| entry(Mode::Link, &format!("target {n}"))),
        1 => (0..3_u8).prop_map(|n| entry(Mode::Submodule, &format!("commit {n}"))),
    ]
}

/// No file stands where a folder must be.
fn is_tree(paths: &BTreeSet<&RepoPath>) -> bool {
    paths.iter().all(|path| paths.iter().all(|other| path == other || !other.is_in(path)))
}

fn some_tree() -> impl Strategy<Value = Tree> {
    proptest::collection::vec((0..PATHS.len(), some_entry()), 0..6).prop_map(|files| {
        files.into_iter().fold(Tree::new(), |mut tree, (at, entry)| {
            tree.insert(path(PATHS[at]), entry);
            if !is_tree(&tree.keys().collect()) {
                tree.remove(&path(PATHS[at]));
            }
            tree
        })
    })
}

/// A tree that grew from another: some files edited, removed, renamed, added.
fn grown(base: Tree) -> impl Strategy<Value = Tree> {
    let step = (0..4_u8, 0..PATHS.len(), 0..PATHS.len(), some_entry());
    proptest::collection::vec(step, 0..4).prop_map(move |steps| {
        steps.into_iter().fold(base.clone(), |tree, (kind, from, to, new)| {
            let (from, to) = (path(PATHS[from]), path(PATHS[to]));
            let mut next = tree.clone();
            match kind {
                0 => drop(next.remove(&from)),
                1 => drop(next.remove(&from).map(|entry| next.insert(to, entry))),
                2 => drop(next.get_mut(&from).map(|entry| *entry = new)),
                _ => drop(next.insert(to, new)),
            }
            if is_tree(&next.keys().collect()) { next } else { tree }
        })
    })
}

fn three() -> impl Strategy<Value = (Tree, Tree, Tree)> {
    some_tree().prop_flat_map(|base| (Just(base.clone()), grown(base.clone()), grown(base)))
}

/// The lines of an entry, or its id.
fn parts(entry: &Entry<String>) -> Vec<&str> {
    entry.id.lines().collect()
}

proptest! {
    #[test]
    fn one_side_alone_is_taken_as_it_is((base, x, _) in three()) {
        for (ours, theirs) in [(&x, &base), (&base, &x), (&x, &x)] {
            let merged = merge(&base, ours, theirs);
            prop_assert_eq!(&merged.tree, &x);
            prop_assert!(merged.held().is_empty());
        }
    }

    #[test]
    fn swapping_sides_swaps_only_names((base, x, y) in three()) {
        let setting = |first| Setting { first, ..Setting::default() };
        let one = merge_with(&setting(Side::Ours), &base, &x, &y);
        let other = merge_with(&setting(Side::Theirs), &base, &y, &x);
        let renamed: Tree = other.tree.into_iter().map(|(it, entry)| {
            (path(&it.to_string().replace("~ours", "~theirs")), entry)
        }).collect();
        prop_assert_eq!(one.tree, renamed);
        prop_assert_eq!(one.merge.conflicts.len(), other.merge.conflicts.len());
    }

    #[test]
    fn what_comes_out_is_a_tree_and_no_edit_is_lost((base, x, y) in three()) {
        let merged = merge(&base, &x, &y);
        prop_assert!(is_tree(&merged.tree.keys().collect()));
        let held = merged.held().join("\n");
        let everything: String = merged.tree.values().map(|it| it.id.as_str()).collect::<Vec<_>>().join("\n");
        for side in [&x, &y] {
            for (place, entry) in side.iter().filter(|(place, entry)| base.get(*place) != Some(*entry)) {
                for part in parts(entry) {
                    // Of a file of data the value alone is held, with its field as a pointer.
                    let value = part.rsplit(": ").next().unwrap_or(part);
                    let is_old = base.values().any(|old| parts(old).contains(&part));
                    prop_assert!(
                        is_old || everything.contains(part) || held.contains(value),
                        "`{}` of {} is lost", part, place
                    );
                }
            }
        }
    }
}
