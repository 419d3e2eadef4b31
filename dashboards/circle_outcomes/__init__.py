"""What comes of restorative cases: how long they take, what is kept, who is referred again, who takes part."""
