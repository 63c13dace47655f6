//! Between the bytes of a file and the bytes that Git stores: line ends, encodings, filters.
